"""Asking and answering: questionnaires and their versions, invitations, responses, and the public pages.

`questionnaires` (what is asked) <- `invitations` (who is asked) <- `responses` (what was answered) <- `answering`
(pages).
"""
