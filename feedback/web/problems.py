"""What the domain's refusals say to people, in the reader's language. The domain itself speaks English."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from feedback.errors import DomainError, Invalid

KNOWN = (  # every message that acts on cases and accounts raise; a test compares
    _l("There is no such case."),
    _l("There is no such photo."),
    _l("This case is closed."),
    _l("This case is open."),
    _l("Somebody else is working this case."),
    _l("This case is for the customer advocate."),
    _l("Somebody has already claimed this case."),
    _l("Nobody is working this case."),
    _l("This person cannot work cases."),
    _l("This case is already urgent."),
    _l("Please write something."),
    _l("This text is too long."),
    _l("Contact the customer first: nobody waits for an answer to silence."),
    _l("This customer has no e-mail address."),
    _l("Choose one of the three languages."),
    _l("The customer already has an open case about this."),
    _l("The case is not closed yet."),
    _l("Choose the cause."),
    _l("Say what was done."),
    _l("Choose how it ended."),
    _l("Nobody has contacted the customer yet: write, or log a call, first."),
    _l("There is already an account with this e-mail."),
    _l("There is no account with this e-mail."),
    _l("There is no such time zone."),
    _l("Please check the form."),
    _l("A password needs at least 10 characters."),
    _l("A password may have at most 200 characters."),
    _l("This is not an e-mail address."),
    _l("Your role does not allow this."),
    _l("There is no such customer."),
    _l("There is no such survey."),
    _l("There is no such message."),
    _l("There is no such letter."),
    _l("This message is no longer uncertain."),
    _l("Letters go through the mail server."),
    _l("There is no such key, or it is revoked already."),
    _l("There is no such account."),
    _l("You cannot take your own account away."),
    _l("Somebody must stay who may manage accounts."),
    _l("There is no shortlist to freeze now."),
    _l("The result is computed already."),
    _l("The draw still takes entries."),
    _l("Freeze the shortlist first."),
    _l("The result is published already."),
    _l("Compute the result first."),
    _l("Who has edited the terms of a draw cannot run it: somebody else must."),
    _l("This person cannot judge."),
    _l("This judge has already given marks."),
    _l("Give each mark, from 1 to 5."),
    _l("You are not in the jury of this draw."),
    _l("There is no such entry."),
    _l("The jury has finished."),
    _l("The draw is open already."),
    _l("The draw cannot open: its terms are not whole."),
    _l("The draw cannot open before its month begins."),
    _l("The last day of this draw is over."),
    _l("The entrants are frozen."),
    _l("There is no such entry code."),
    _l("There is no such draw."),
    _l("The draw is open: its terms cannot be changed any more."),
    _l("There is no such prize."),
    _l("This prize is not to be given to somebody else any more."),
    _l("Only a claimed prize can be handed over."),
    _l("The time to claim this prize is over."),
    _l("The jury needs at least two judges."),
    _l("The jury has not finished yet."),
    _l("Some entries have fewer than two judges: call another one."),
    _l("This form is out of date. Go back, reload the page and send it again."),
)


def problem_words(error: DomainError) -> str:
    """The refusal in the reader's language."""
    owner = error.details.get("owner")
    if owner:
        return str(_("%(name)s has already claimed this case.", name=owner))
    return str(_(error.message))


def field_words(error: DomainError) -> dict[str, str]:
    """What is wrong with each field, in the reader's language."""
    return {field: str(_(text)) for field, text in error.errors.items()} if isinstance(error, Invalid) else {}
