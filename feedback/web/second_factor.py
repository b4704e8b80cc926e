"""The authenticator's codes and recovery codes: checking, using each once, and the picture to set one up."""

from flask import current_app
from flask_security import Security
from markupsafe import Markup

from feedback.db import transaction
from feedback.http.limits import use_up
from feedback.staff.models import User

CODE_WINDOW = 30  # seconds of clock difference allowed on each side
SINGLE_USE = "1 per 2 minutes"


def new_secret() -> str:
    """A fresh secret, encrypted under the installation's key."""
    return str(_security().totp_factory.generate_totp_secret())


def setup_key(secret: str) -> str:
    """The secret in groups of letters, for typing into an authenticator."""
    return str(_security().totp_factory.get_totp_pretty_key(secret))


def setup_picture(user: User, secret: str) -> Markup:
    """The QR code that an authenticator reads, as inline SVG."""
    import segno  # late: only this page draws a QR code

    uri = _security().totp_factory.get_totp_uri(user.email, secret)
    return Markup(
        segno.make(uri, error="m").svg_inline(scale=4, border=3, dark="#000000", light="#ffffff", omitsize=True)
    )


def is_right_code(user: User, code: str, secret: str | None = None) -> bool:
    """Whether the code is the authenticator's at this moment; each is accepted once."""
    digits = code.replace(" ", "")
    secret = secret or user.tf_totp_secret
    if not (secret and digits.isascii() and digits.isdigit() and len(digits) == 6):
        return False
    if not _security().totp_factory.verify_totp(digits, secret, user, window=CODE_WINDOW):
        return False
    return use_up("totp", SINGLE_USE, str(user.id), digits) is None


def make_recovery_codes(user: User) -> list[str]:
    """New recovery codes; the old ones are void. Stored encrypted, shown once."""
    return list(_security().mf_recovery_codes_util.create_recovery_codes(user))


def take_recovery_code(user: User, code: str) -> bool:
    """Use up a recovery code; False when it is none of theirs."""
    util = _security().mf_recovery_codes_util
    code = code.lower()
    with transaction() as session:
        session.refresh(user, with_for_update=True)
        if not code or not user.mf_recovery_codes or not util.check_recovery_code(user, code):
            return False
        position = util.get_recovery_codes(user).index(code)
        user.mf_recovery_codes = [c for i, c in enumerate(user.mf_recovery_codes) if i != position]
    return True


def _security() -> Security:
    security: Security = current_app.extensions["security"]
    return security
