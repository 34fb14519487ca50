#!/usr/bin/env python3
"""Makes the invented files under seeds/. Python 3 with its standard library; no argument is needed.

    python3 seeds/generate.py            writes the files
    python3 seeds/generate.py --check    compares with what is there; exit 1 when a byte differs

Everything follows from SEED: running it again gives identical bytes. The files themselves are kept in the
repository, so nobody needs Python to use them.
"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from generator import blacklists, network, output, persons  # noqa: E402

SEED = 20210831


def main(arguments):
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    roads = network.generate(SEED)
    blacklists.generate(SEED + 1)
    persons.generate(SEED + 2, roads.sites)
    root, differing = os.path.dirname(os.path.abspath(__file__)), 0
    for path, data in sorted(output.WROTE.items()):
        full = os.path.join(root, path)
        if arguments:
            same = os.path.exists(full) and open(full, "rb").read() == data
            differing += not same
            print(f"{'same' if same else 'DIFFERS'} {path}")
        else:
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "wb") as file:
                file.write(data)
            print(f"{len(data):9} {path}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
