"""E-mail addresses as they are stored and compared. One mailbox has one spelling."""

import idna


def mailbox(address: str) -> str:
    """The address in lower case, its domain in ASCII: "Jan@Bücher.example" becomes "jan@xn--bcher-kva.example".

    That is where letters to both go. What is no address stays as it is, for validators to refuse.
    """
    name, at, domain = address.strip().lower().rpartition("@")
    return f"{name}@{_ascii(domain)}" if at else domain


def _ascii(domain: str) -> str:
    """A domain by the rules of today (IDNA 2008), which forbid some that exist, such as those with an emoji."""
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        pass
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return domain
