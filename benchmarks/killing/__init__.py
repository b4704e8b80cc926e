"""Proof that killed processes lose nothing and do nothing twice: real processes, a real SMTP server, SIGKILL.

`python -m benchmarks.killing --kills 50 --databases sqlite,postgresql`. `siege` is the story; `victims` are the
processes; `postbox` receives the letters; `customers` are made and answer; `proving` compares what everybody remembers.
"""
