"""Common part of the peers: answers requests on stdin, one JSON object a line, with one on stdout.

A request names a case and its arguments; the case's function prepares what it needs (once, it is kept) and returns a
function without arguments, which is run once and timed: {"case": "fftw", "n": 256} -> {"milliseconds": 31.2}.
"""

import json
import sys
import time


def serve(cases, versions):
    """`cases`: name to function(arguments) -> function to time; `versions`: what the first line tells."""
    print(json.dumps(versions), flush=True)
    ready, kept = {}, None
    for line in sys.stdin:
        arguments = json.loads(line)
        case = arguments.pop("case")
        if arguments != kept:
            ready, kept = {}, arguments  # one problem at a time in memory
        if case not in ready:
            ready[case] = cases[case](**arguments)
        start = time.perf_counter()
        ready[case]()
        print(json.dumps({"milliseconds": 1e3 * (time.perf_counter() - start)}), flush=True)
