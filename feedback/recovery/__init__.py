"""The recovery queue: what opens a case, how urgent it is, its clocks, and the acts of the people who work it.

`routing`, `priority` and `working_time` are pure rules; `queue` has the acts; `queries` the lists. A response is named
by its id and a snapshot; nothing here imports `surveys`.
"""
