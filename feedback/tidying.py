"""How often a long-lived process looks for garbage that only Python's cycle collector can free."""

import gc

SELDOM = (20_000, 20, 20)  # new objects, then generations; Python 3.11's own 700 looks dozens of times per answer


def collect_seldom() -> None:
    """Leave what exists now out of every later search, and search more rarely: once per process, after its start.

    What a request makes is freed by counting references; the search found next to nothing and took a fourteenth of
    the processor time of an answer. Before a fork it also keeps the memory of the children shared.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
