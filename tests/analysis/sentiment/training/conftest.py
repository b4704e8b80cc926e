"""The recipe itself needs the [train] extra, which is large: its tests are collected only where torch is installed."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("torch") else ["torch/*"]
