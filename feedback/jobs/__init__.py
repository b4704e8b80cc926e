"""The clock: what runs when. `registry` names the jobs, `running` runs one, `once` all that is due, `background`
goes on.

A job is a few lines that call an act of another package; it knows neither how often it runs nor who else runs.
"""
