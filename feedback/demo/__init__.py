"""A believable company, made up and pushed through the real pipeline: nothing is inserted as a result.

`content` reads what was written by hand; `people`, `shopping`, `chats` and `opinions` plan what happens, all of it
from one seed; `answering` and `casework` are the customers and the staff who act; `timeline` lets the days pass;
`home` says where a demo lives.
"""
