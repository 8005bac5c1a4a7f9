// SPDX-License-Identifier: ISC

// tests/interop/goserver.go: an SMTP server to probe, on 127.0.0.1, whose TLS is Go's.  Options and
// output as tests/interop/tls_server.h has them, as far as Go can: -cert, -key and -staple (repeated),
// -min, -max, -groups, -client-cert, -on-connect, -no-tickets.  Ends when its standard input does.
package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

var versions = map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11,
	"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}
var names = map[uint16]string{tls.VersionTLS10: "TLSv1", tls.VersionTLS11: "TLSv1.1",
	tls.VersionTLS12: "TLSv1.2", tls.VersionTLS13: "TLSv1.3"}
var groups = map[string]tls.CurveID{"X25519": tls.X25519, "P-256": tls.CurveP256,
	"P-384": tls.CurveP384, "P-521": tls.CurveP521}

var onConnect bool

func die(what string, why interface{}) {
	fmt.Fprintln(os.Stderr, what, why)
	os.Exit(2)
}

func say(format string, args ...interface{}) {
	os.Stdout.WriteString(fmt.Sprintf(format, args...) + "\n")
}

func known(ok bool, name, value string) {
	if !ok {
		die(name, "has no "+value)
	}
}

// The value of an option, into the configuration; cert is the last -cert.
func option(c *tls.Config, cert *string, name, value string) {
	var ok bool
	switch name {
	case "-cert":
		*cert = value
	case "-key":
		pair, err := tls.LoadX509KeyPair(*cert, value)
		if err != nil {
			die(*cert, err)
		}
		c.Certificates = append(c.Certificates, pair)
	case "-staple":
		octets, err := os.ReadFile(value)
		if err != nil || len(c.Certificates) == 0 {
			die(value, err)
		}
		c.Certificates[len(c.Certificates)-1].OCSPStaple = octets
	case "-min":
		c.MinVersion, ok = versions[value]
		known(ok, name, value)
	case "-max":
		c.MaxVersion, ok = versions[value]
		known(ok, name, value)
	case "-groups":
		var g tls.CurveID
		g, ok = groups[value]
		known(ok, name, value)
		c.CurvePreferences = []tls.CurveID{g}
	case "-client-cert":
		c.ClientAuth = tls.RequestClientCert
		if value == "required" {
			c.ClientAuth = tls.RequireAnyClientCert
		}
	default:
		die(name, "no such option")
	}
}

func configure(args []string) *tls.Config {
	c := &tls.Config{}
	var cert string
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "-on-connect":
			onConnect = true
		case args[i] == "-no-tickets":
			c.SessionTicketsDisabled = true
		case i+1 == len(args):
			die(args[i], "wants a value, or is no option")
		default:
			option(c, &cert, args[i], args[i+1])
			i++
		}
	}
	c.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		say("hello")
		return nil, nil
	}
	return c
}

// Commands until QUIT or the end; true: STARTTLS was asked for.
func talk(c net.Conn, in *bufio.Reader, clear bool) bool {
	last := "8BITMIME"
	if clear {
		last = "STARTTLS"
	}
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return false
		}
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(strings.ToUpper(line), "EHLO "):
			fmt.Fprintf(c, "250-mx.example.test\r\n250 %s\r\n", last)
		case strings.EqualFold(line, "STARTTLS") && clear:
			fmt.Fprint(c, "220 go ahead\r\n")
			return true
		case strings.EqualFold(line, "QUIT"):
			fmt.Fprint(c, "221 bye\r\n")
			say("quit")
			return false
		default:
			fmt.Fprint(c, "500 what?\r\n")
		}
	}
}

// Close without a reset, which would take from the peer what it has not read yet.
func drain(c *net.TCPConn) {
	c.CloseWrite()
	c.SetReadDeadline(time.Now().Add(3 * time.Second))
	io.Copy(io.Discard, c)
	c.Close()
}

func converse(c *net.TCPConn, config *tls.Config) {
	c.SetDeadline(time.Now().Add(20 * time.Second))
	defer drain(c)
	if !onConnect {
		fmt.Fprint(c, "220 mx.example.test ESMTP\r\n")
		if !talk(c, bufio.NewReader(c), true) {
			return
		}
	}
	s := tls.Server(c, config)
	if err := s.Handshake(); err != nil {
		say("failed %v", err)
		return
	}
	state := s.ConnectionState()
	say("tls %s %s -", names[state.Version], tls.CipherSuiteName(state.CipherSuite))
	if onConnect {
		fmt.Fprint(s, "220 mx.example.test ESMTP\r\n")
	}
	talk(s, bufio.NewReader(s), false)
	s.CloseWrite()
}

func main() {
	config := configure(os.Args[1:])
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		die("listen", err)
	}
	say("port %d", l.Addr().(*net.TCPAddr).Port)
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	for {
		c, err := l.AcceptTCP()
		if err != nil {
			die("accept", err)
		}
		say("conn")
		go converse(c, config)
	}
}
