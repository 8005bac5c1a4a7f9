# SPDX-License-Identifier: ISC
# smtpdane: `make`, `make demo`, `make check`; `make help` lists the rest.
# For GNU make.  Objects go under build/; nothing is generated but build/embedded.c.

CC = gcc
CFLAGS = -O2 -g
PREFIX = /usr/local
MANDIR = $(PREFIX)/share/man
DOCDIR = $(PREFIX)/share/doc/smtpdane
ZSHDIR = $(PREFIX)/share/zsh/site-functions
FUZZ_SECONDS = 60
-include config.mk

MAKEFLAGS += --no-print-directory

# ---- what there is, by name ------------------------------------------------

DNS = name wire text rdata rdataodd zonefile zonedata reason anchor anchorxml crypto rrsig keys nsec nsec3 denial trail chain alias prove store exchange again resolver cuts iterate
TLS = tlsa der key pss sig dn name constraint cert chain vet minimal path hint dane x509 names hello graft clear sched record shake13 tls13 ocspread ocspsig ocsp session
SMTP = reply client end
SRC_COMMON = args clock config dnsio file loop net report_dns report_out report_trail socks special start text
SRC_SMTPDANE = smtpdane target host set stray look conn proxy judge staple offer seen offline advice castore idna probe report_cert report_json report_perf report_prom report_text
SRC_DNSVOUCH = dnsvouch anchors report_anchors
MAN1 = smtpdane.1 dnsvouch.1

TESTS = $(patsubst tests/%.c,%,$(wildcard tests/t_*.c))
LAB = $(patsubst %.c,%,$(wildcard tests/lab/*.c))
FUZZERS = $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/f_*.c))

# ---- variants: each has a build directory of its own -------------------------
# SAN=1 sanitizers; WERROR=1 warnings are errors; FUZZ=1 libFuzzer (with CC=clang);
# STATIC=1 a static program.  Only the plain build puts its programs at the top.

SD_FLAGS = -I. -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wshadow -Wstrict-prototypes
SD_LDFLAGS =
LIBS = -lbearssl -lsodium
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
B = build
P = $(if $(filter build,$B),.,$B)
ifneq ($(SAN),)
B = build/san
SD_FLAGS += $(SANITIZE)
endif
ifneq ($(WERROR),)
B = build/werror-$(notdir $(firstword $(CC)))
SD_FLAGS += -Werror
endif
ifneq ($(FUZZ),)
B = build/fuzz
SD_FLAGS += $(SANITIZE) -fsanitize=fuzzer-no-link
endif
ifneq ($(STATIC),)
ifeq ($(origin CFLAGS),file)
CFLAGS = -Os -g -fno-asynchronous-unwind-tables
endif
B = build/static/$(STATIC)
override SRC_SMTPDANE += sodium_lean
override SRC_DNSVOUCH += sodium_lean
SD_FLAGS += -ffunction-sections -fdata-sections
SD_LDFLAGS += -static -Wl,--gc-sections
endif

DNS_O = $(DNS:%=$B/dns/%.o)
TLS_O = $(TLS:%=$B/tls/%.o)
SMTP_O = $(SMTP:%=$B/smtp/%.o)
COMMON_O = $(SRC_COMMON:%=$B/src/%.o) $B/embedded.o
SMTPDANE_O = $(SRC_SMTPDANE:%=$B/src/%.o)
DNSVOUCH_O = $(SRC_DNSVOUCH:%=$B/src/%.o)
TESTS_O = $(TESTS:%=$B/tests/%.o) $B/tests/signer.o $B/tests/peer13.o
LAB_O = $(LAB:%=$B/%.o)
FUZZ_O = $(FUZZERS:%=$B/tests/fuzz/%.o)
# the miniature DNS of the simulation, the hostile runs and the validator's fuzzer
WORLD_O = $(patsubst %,$B/tests/sim/%.o,world answer truth) $B/tests/signer.o
SIM_O = $B/tests/sim/sim.o $B/tests/sim/spoil.o $B/tests/hostile/hostile.o $B/tests/rdata/show.o \
	$B/tests/bench/worst.o $B/tests/hostile/chain.o $B/tests/hostile/flight.o
PROG_O = $(DNS_O) $(TLS_O) $(SMTP_O) $(COMMON_O) $(SMTPDANE_O) $(DNSVOUCH_O)
ALL_O = $(PROG_O) $(TESTS_O) $(LAB_O) $(FUZZ_O) $(WORLD_O) $(SIM_O)

# order matters: each may call on those after it
ARCHIVES = $B/libsmtp.a $B/libtls.a $B/libdns.a
LINK = $(CC) $(SD_FLAGS) $(CFLAGS) $(LDFLAGS) $(SD_LDFLAGS) -o $@

# ---- building ------------------------------------------------------------------

all: $P/smtpdane $P/dnsvouch

$P/smtpdane: $(SMTPDANE_O) $B/libsrc.a $(ARCHIVES)
	$(LINK) $^ $(LIBS)
$P/dnsvouch: $(DNSVOUCH_O) $B/libsrc.a $(ARCHIVES)
	$(LINK) $^ $(LIBS)

$B/libdns.a: $(DNS_O)
$B/libtls.a: $(TLS_O)
$B/libsmtp.a: $(SMTP_O)
$B/libsrc.a: $(COMMON_O) $(filter-out $B/src/smtpdane.o $B/src/dnsvouch.o,$(SMTPDANE_O) $(DNSVOUCH_O))
$B/lib%.a:
	@rm -f $@
	$(AR) rc $@ $^

$B/%.o: %.c | $B/.have-libraries
	@mkdir -p $(@D)
	$(CC) $(SD_FLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$B/embedded.o: $B/embedded.c | $B/.have-libraries
	$(CC) $(SD_FLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The two text files as C strings: octal escapes, so that no byte can be misread.
EMBED = od -An -v -to1 | sed 's/  */\\/g; s/^/	"/; s/$$/"/'
$B/embedded.c: trust-anchors/root.ds trust-anchors/root.hints
	@mkdir -p $(@D)
	@{ echo '/* made by the Makefile from trust-anchors/ */'; echo '#include "src/embedded.h"'; \
	for n in ds hints; do \
		echo; echo "const char embedded_root_$$n[] ="; <trust-anchors/root.$$n $(EMBED); echo '	"";'; \
		echo "const size_t embedded_root_$${n}_len = sizeof embedded_root_$$n - 1;"; \
	done; } >$@.new
	@mv $@.new $@

# Before anything is compiled: the compiler and the two libraries, by the name of their package.
HEADER = printf '\043include <%s>\n' $(1) | $(CC) $(CPPFLAGS) $(CFLAGS) -E - >/dev/null 2>&1 || lost="$$lost $(2)"
$B/.have-libraries:
	@command -v $(firstword $(CC)) >/dev/null || { \
		echo "make: there is no $(firstword $(CC)): install the Debian package gcc" >&2; exit 1; }
	@lost=; $(call HEADER,stdlib.h,libc6-dev); $(call HEADER,bearssl.h,libbearssl-dev); \
	$(call HEADER,sodium.h,libsodium-dev); [ -z "$$lost" ] || { \
		echo "make: install the missing Debian packages:$$lost (as root: make deps)" >&2; exit 1; }
	@mkdir -p $(@D) && : >$@

-include $(wildcard $(ALL_O:.o=.d) $B/embedded.d)

# ---- tests -----------------------------------------------------------------------

# A test of a file in src/ links what it needs of src; the others cannot reach it.
SRC_TESTS = t_given t_wrap $(filter-out $(DNS:%=t_%) $(TLS:%=t_%) $(SMTP:%=t_%),$(filter $(patsubst src/%.c,t_%,$(wildcard src/*.c)),$(TESTS)))
$(SRC_TESTS:%=$B/%): $B/libsrc.a
# Those of the validator have zones signed on the spot.
SIGNER_TESTS = $(filter t_crypto t_rrsig t_keys t_nsec t_nsec3 t_prove t_resolver t_iterate,$(TESTS))
$(SIGNER_TESTS:%=$B/%): $B/tests/signer.o
# and that of TLS 1.3 has a server of its own.
$B/t_tls13 $B/f_tls13: $B/tests/peer13.o
$(TESTS:%=$B/%): $B/t_%: $B/tests/t_%.o $(ARCHIVES)
	$(LINK) $< $(filter %/signer.o %/peer13.o %/libsrc.a,$^) $(ARCHIVES) $(LIBS) -lcmocka

$B/lab: $(LAB_O) $(ARCHIVES)
	$(LINK) $^ $(LIBS)

$B/sim: $B/tests/sim/sim.o $B/tests/sim/spoil.o $(WORLD_O) $(ARCHIVES)
	$(LINK) $^ $(LIBS)
$B/hostile: $B/tests/hostile/hostile.o $(WORLD_O) $(ARCHIVES)
	$(LINK) $^ $(LIBS)
$B/worst: $B/tests/bench/worst.o $B/tests/signer.o $(ARCHIVES)
	$(LINK) $^ $(LIBS)
$B/rdata: $B/tests/rdata/show.o $(ARCHIVES)
	$(LINK) $^ $(LIBS)

$B/flight: $B/tests/hostile/flight.o $(ARCHIVES)
	$(LINK) $^ $(LIBS)
$B/chain: $B/tests/hostile/chain.o $(ARCHIVES)
	$(LINK) $^ $(LIBS) -lcmocka
# OpenSSL's own DANE, to compare with
$B/certs-oracle: tests/certs/oracle.c
	@mkdir -p $(@D)
	$(LINK) $< -lssl -lcrypto
# signatures at the edges, judged here and by OpenSSL
$B/sig-edge: $(wildcard tests/certs/edge*.[ch]) $B/libtls.a
	@mkdir -p $(@D)
	$(LINK) $(filter %.c %.a,$^) -lcrypto $(LIBS)

# SMTP servers to probe, with the TLS of other libraries (tests/interop/tls.sh)
TLS_SERVER = tests/interop/tls_server.c tests/interop/tls_server.h
$B/ossl_server: tests/interop/ossl_server.c $(TLS_SERVER)
	@mkdir -p $(@D)
	$(LINK) $(filter %.c,$^) -lssl -lcrypto
$B/gnutls_server: tests/interop/gnutls_server.c $(TLS_SERVER)
	@mkdir -p $(@D)
	$(LINK) $(filter %.c,$^) -lgnutls
$B/goserver: tests/interop/goserver.go
	@mkdir -p $(@D)
	go build -o $@ $<

$B/f_prove: $(WORLD_O)
$(FUZZERS:%=$B/%): $B/f_%: $B/tests/fuzz/f_%.o $(ARCHIVES)
	$(LINK) -fsanitize=fuzzer $(filter %.o,$^) $(ARCHIVES) $(LIBS)

programs: $P/smtpdane $P/dnsvouch $B/lab
unit: $(TESTS:%=$B/%)
objects: $(ALL_O)
fuzzers: $(FUZZERS:%=$B/%)
show-tests:
	@echo $(TESTS:%=$B/%)

deps:
	@bash tests/deps.sh check

check:
	@bash tests/deps.sh check
	@MAKE='$(MAKE_COMMAND)' bash tests/run

demo:
	@bash tests/deps.sh demo
	@$(MAKE) -s SAN= programs
	@bash tests/lab/demo.sh

bench: programs static $B/worst
	@bash tests/bench/bench.sh

fuzz:
	@command -v clang >/dev/null || { echo "make fuzz: there is no clang: as root: make deps" >&2; exit 1; }
	@$(MAKE) -s FUZZ=1 CC=clang fuzzers
	@bash tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZERS:%=build/fuzz/%)

# The arrows of the README: src -> smtp -> tls, src -> dns.  The three below src/ know no file,
# socket, clock, heap or stdio; the crypto libraries show in dns/crypto.c, tls/ and smtp/ alone.
CORES = $(wildcard dns/*.[ch] tls/*.[ch] smtp/*.[ch])
OS_HEADERS = <(sys/.*|netdb|arpa/.*|netinet/.*|net/.*|time|unistd|stdio|fcntl|poll|signal|errno|locale|threads|pthread|stdlib)\.h>
OS_CALLS = (^|[^A-Za-z0-9_>.])((m|c|re)alloc|free|strdup|time|clock_gettime|gettimeofday|s?n?printf|randombytes[a-z_]*|abort|exit)[ ]*\(
UNLISTED = $(filter-out $(DNS:%=dns/%.c) $(TLS:%=tls/%.c) $(SMTP:%=smtp/%.c) src/musl_chk.c src/sodium_lean.c \
	$(SRC_COMMON:%=src/%.c) $(SRC_SMTPDANE:%=src/%.c) $(SRC_DNSVOUCH:%=src/%.c), $(wildcard dns/*.c tls/*.c smtp/*.c src/*.c))
layers:
	@bad=0; no() { if grep -nE "$$@" /dev/null; then echo "layers: $$why" >&2; bad=1; fi; }; \
	why="a core includes a header of the operating system"; no '^[ 	]*#[ 	]*include[ 	]*$(OS_HEADERS)' $(CORES); \
	why="a core calls the heap, a clock, stdio or a random source"; \
	for f in $(CORES); do sed -e 's:/\*.*\*/::g' -e '/^[ 	]*\/\*/,/\*\//d' -e '/^ \*/d' -e 's/"[^"]*"//g' $$f | \
		grep -nE '$(OS_CALLS)' | sed "s:^:$$f, without comments, line :" | grep . && { echo "layers: $$why" >&2; bad=1; }; done; \
	why="dns includes a header above it"; no '#[ 	]*include[ 	]*"(tls|smtp|src|tests|trust-anchors)/' $(wildcard dns/*.[ch]); \
	why="tls includes a header that is not its own"; no '#[ 	]*include[ 	]*"(dns|smtp|src|tests|trust-anchors)/' $(wildcard tls/*.[ch]); \
	why="smtp includes a header above it, or dns"; no '#[ 	]*include[ 	]*"(dns|src|tests|trust-anchors)/' $(wildcard smtp/*.[ch]); \
	why="headers are included with their folder, without dots"; no '#[ 	]*include[ 	]*"([^/"]*|[^"]*\.\./[^"]*)"' $(CORES); \
	why="a crypto library outside dns/crypto.c, tls/ and smtp/"; \
	no '#[ 	]*include[ 	]*<(bearssl.*|sodium.*)>' $(filter-out dns/crypto.c,$(wildcard dns/*.[ch])); \
	lost='$(strip $(UNLISTED))'; [ -z "$$lost" ] || { echo "layers: in no list of the Makefile: $$lost" >&2; bad=1; }; exit $$bad

# ---- the rest ----------------------------------------------------------------------

# Stripped static programs: build/static/ on glibc, build/static/musl/ where musl-gcc is.  Debian's
# libbearssl.a and libsodium.a are built against glibc: src/musl_chk.c has what they miss in musl.
static:
	@$(MAKE) STATIC=glibc all
	@for p in smtpdane dnsvouch; do strip -o build/static/$$p build/static/glibc/$$p || exit 1; done
	@if command -v musl-gcc >/dev/null; then $(MAKE) static-musl; else echo "no musl-gcc (Debian package musl-tools): no musl build"; fi
	@ls -l build/static/smtpdane build/static/dnsvouch build/static/musl/smtpdane build/static/musl/dnsvouch 2>/dev/null || :

# musl-gcc looks neither into /usr/include nor at the system's archives.
static-musl:
	@mkdir -p build/static/musl/include
	@for h in bearssl.h bearssl sodium.h sodium; do ln -sfn /usr/include/$$h build/static/musl/include/$$h; done
	@$(MAKE) STATIC=musl CC=musl-gcc CPPFLAGS='$(CPPFLAGS) -Ibuild/static/musl/include' \
	    SRC_SMTPDANE='$(SRC_SMTPDANE) musl_chk' SRC_DNSVOUCH='$(SRC_DNSVOUCH) musl_chk' \
	    LIBS="$$($(CC) -print-file-name=libbearssl.a) $$($(CC) -print-file-name=libsodium.a)" all
	@for p in smtpdane dnsvouch; do strip build/static/musl/$$p || exit 1; done

# The examples name the program where it is installed.
EXAMPLES = nagios/smtpdane.cfg icinga2/smtpdane.conf \
	$(addprefix systemd/smtpdane-textfile.,service timer default)
SHARE = $(DESTDIR)$(PREFIX)/share
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(MANDIR)/man1
	install -m 755 $P/smtpdane $P/dnsvouch $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(MAN1) $(DESTDIR)$(MANDIR)/man1
	install -d $(SHARE)/bash-completion/completions $(DESTDIR)$(ZSHDIR) $(SHARE)/fish/vendor_completions.d
	@for p in smtpdane dnsvouch; do \
		install -m 644 contrib/completion/smtpdane.bash $(SHARE)/bash-completion/completions/$$p && \
		install -m 644 contrib/completion/smtpdane.fish $(SHARE)/fish/vendor_completions.d/$$p.fish || exit 1; \
	done
	install -m 644 contrib/completion/smtpdane.zsh $(DESTDIR)$(ZSHDIR)/_smtpdane
	install -d $(SHARE)/smtpdane
	install -m 644 contrib/smtpdane.schema.json $(SHARE)/smtpdane
	@for f in $(EXAMPLES); do \
		install -d $(DESTDIR)$(DOCDIR)/examples/$${f%/*} && \
		sed 's:/usr/bin/smtpdane:$(PREFIX)/bin/smtpdane:' contrib/$$f >$(DESTDIR)$(DOCDIR)/examples/$$f && \
		chmod 644 $(DESTDIR)$(DOCDIR)/examples/$$f || exit 1; \
	done

# build/deb/smtpdane_VERSION_ARCH.deb, from a copy, so that nothing is built or left in this folder.
deb:
	@command -v dh >/dev/null || { echo "make: there is no dh: install the Debian package debhelper" >&2; exit 1; }
	@rm -rf build/deb && mkdir -p build/deb/smtpdane
	@tar -cf - --exclude=./build --exclude=./.git --exclude=./config.mk --exclude=./smtpdane \
	    --exclude=./dnsvouch . | tar -C build/deb/smtpdane -xf -
	cd build/deb/smtpdane && MAKEFLAGS= dpkg-buildpackage -b -us -uc
	@ls build/deb/*.deb

clean:
	rm -rf build smtpdane dnsvouch

help:
	@echo 'make            smtpdane and dnsvouch, here'
	@echo 'make demo       a miniature internet on this machine, probed: the reports, good and bad'
	@echo 'make check      all tests; the last line has the totals'
	@echo 'make bench      round trips, time, memory and size'
	@echo 'make fuzz       every fuzzer for FUZZ_SECONDS=$(FUZZ_SECONDS) (needs clang)'
	@echo 'make static     stripped static programs under build/static/'
	@echo 'make layers     is the code below src/ free of system calls, and are all includes one way?'
	@echo 'make deps       install the Debian packages that are missing (as root); says which'
	@echo 'make install    under $$(DESTDIR)$$(PREFIX), PREFIX=$(PREFIX)'
	@echo 'make deb        a Debian package under build/deb/ (needs debhelper)'
	@echo 'make clean'
	@echo 'Variables: CC, CFLAGS, CPPFLAGS, LDFLAGS, SAN=1 (sanitizers, under build/san); config.mk is read.'

.PHONY: all programs unit objects fuzzers show-tests deps check demo bench fuzz layers static \
	static-musl install deb clean help
.SECONDARY:
.DELETE_ON_ERROR:
