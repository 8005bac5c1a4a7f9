# SPDX-License-Identifier: ISC
"""The lines that a run prints, their count, and the table at its end."""

import os
import threading

NO_SKIP = os.environ.get("NO_SKIP", "0") == "1"


class Report:
    """ok, not ok and skip lines; thread-safe, flushed line by line."""

    def __init__(self):
        self.lock = threading.Lock()
        self.good = self.bad = self.skipped = 0
        self.cells = {}         # (signer, server, algorithm, denial) -> [good, all]

    def result(self, name, why, cell=None):
        """One check: why is "" when it went well, else what went wrong."""
        with self.lock:
            if cell:
                count = self.cells.setdefault(cell, [0, 0])
                count[0] += not why
                count[1] += 1
            if why:
                self.bad += 1
                print(f"not ok {name}: {why}", flush=True)
            else:
                self.good += 1
                print(f"ok {name}", flush=True)

    def skip(self, name, why):
        """A check that cannot be made here; with NO_SKIP=1 that is a failure."""
        if NO_SKIP:
            return self.result(name, why)
        with self.lock:
            self.skipped += 1
            print(f"skip {name}: {why}", flush=True)

    def table(self, denials):
        """Signer x server x algorithm x denial: checks passed of checks made."""
        if not self.cells:
            return
        rows = sorted({c[:3] for c in self.cells})
        print("\n%-7s%-8s%-18s" % ("signer", "server", "algorithm")
              + "".join("%-12s" % d for d in denials))
        for row in rows:
            line = "%-7s%-8s%-18s" % row
            for denial in denials:
                good, made = self.cells.get(row + (denial,), (0, 0))
                text = f"{good}/{made}" + ("" if good == made else " BAD")
                line += "%-12s" % (text if made else "-")
            print(line.rstrip())

    def close(self):
        """The last line, and the exit status."""
        print(f"\ninterop: {self.good} ok, {self.bad} not ok, {self.skipped} skipped")
        return 1 if self.bad or not self.good else 0
