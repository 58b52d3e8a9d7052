"""Mails as programs write them, for tests. None is anybody's own."""

# ruff: noqa: E501 – a mail is read more easily on one line

import io
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

from PIL import Image

OURS = "Werkstof <noreply@werkstof.example>"
LETTER = "Dag,\n\nBo (Kringloop) schreef over “Paletten”:\n\nPast morgen?\n\nAntwoord op deze mail."


def quoted(text: str = LETTER) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


#: Each reply in what its program puts around it: plain text, by name.
PLAIN = {
    "Gmail, Dutch": "{own}\n\nOp ma 3 nov 2025 om 10:12 schreef " + OURS + ":\n\n" + quoted(),
    "Gmail, Dutch, broken": "{own}\n\nOp ma 3 nov 2025 om 10:12 schreef Werkstof\n<noreply@werkstof.example>:\n\n" + quoted(),
    "Gmail, French": "{own}\n\nLe lun. 3 nov. 2025 à 10:12, " + OURS + " a écrit :\n\n" + quoted(),
    "Gmail, English": "{own}\n\nOn Mon, Nov 3, 2025 at 10:12 AM " + OURS + " wrote:\n\n" + quoted(),
    "Thunderbird, Dutch": "{own}\n\nOp 3-11-2025 om 10:12 schreef Werkstof:\n" + quoted(),
    "Outlook, Dutch": "{own}\n\nVan: " + OURS + "\nVerzonden: maandag 3 november 2025 10:12\nAan: An Aanvrager\nOnderwerp: Bericht over Paletten\n\n" + LETTER,
    "Outlook, Dutch, with a rule": "{own}\n\n________________________________\nVan: Werkstof\nVerzonden: maandag 3 november 2025 10:12\nAan: An\nOnderwerp: Bericht\n\n" + LETTER,
    "Outlook, French": "{own}\n\nDe : " + OURS + "\nEnvoyé : lundi 3 novembre 2025 10:12\nÀ : An\nObjet : Message\n\n" + LETTER,
    "Outlook, English": "{own}\n\nFrom: " + OURS + "\nSent: Monday, 3 November 2025 10:12\nTo: An\nSubject: Message\n\n" + LETTER,
    "Outlook, older": "{own}\n\n-----Original Message-----\n" + LETTER,
    "Apple, Dutch": "{own}\n\nOp 3 nov 2025 om 10:12 heeft " + OURS + " het volgende geschreven:\n\n" + quoted(),
    "Apple, Dutch, broken": "{own}\n\nOp 3 nov. 2025, om 10:12 heeft Werkstof\n<noreply@werkstof.example>\nhet volgende geschreven:\n\n" + quoted(),
    "iPhone, Dutch": "{own}\n\nVerstuurd vanaf mijn iPhone\n\n> Op 3 nov 2025 om 10:12 heeft Werkstof het volgende geschreven:\n" + quoted(),
    "iPhone, French": "{own}\n\nEnvoyé de mon iPhone\n\n> Le 3 nov. 2025 à 10:12, Werkstof a écrit :\n" + quoted(),
    "Outlook on a phone, Dutch": "{own}\n\nOutlook voor iOS<https://aka.example/o> downloaden\n________________________________\nVan: Werkstof\nVerzonden: Monday\n\n" + LETTER,
    "Outlook on a phone, French": "{own}\n\nTélécharger Outlook pour Android<https://aka.example/o>\n________________________________\nDe : Werkstof\nEnvoyé : lundi\n\n" + LETTER,
    "Outlook, bold": "{own}\n\n**Van:** Werkstof\n**Verzonden:** maandag\n\n" + LETTER,
    "Windows Mail, Dutch": "{own}\n\nVerzonden vanuit Mail voor Windows\n\nVan: Werkstof\nVerzonden: maandag\n\n" + LETTER,
    "Samsung, Dutch": "{own}\n\n-------- Oorspronkelijk bericht --------\nVan: Werkstof\nDatum: 3/11/25 10:12\n\n" + LETTER,
    "Proton, Dutch": "{own}\n\nOp maandag 3 november 2025 om 10:12, " + OURS + " schreef:\n\n" + quoted(),
    "Roundcube, Dutch": "{own}\n\nWerkstof schreef op 2025-11-03 10:12:\n" + quoted(),
    "Roundcube, French": "{own}\n\nLe 2025-11-03 10:12, Werkstof a écrit :\n" + quoted(),
    "forwarded": "{own}\n\n---------- Forwarded message ---------\nVan: Werkstof\nDate: ma 3 nov\n\n" + LETTER,
    "below the quote": "Op 3-11-2025 om 10:12 schreef Werkstof:\n" + quoted() + "\n\n{own}",
    "no quote at all": "{own}",
}  # fmt: skip
#: The same as HTML.
HTML = {
    "Gmail": (
        '<div dir="ltr">{own}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
        "Op ma 3 nov 2025 om 10:12 schreef Werkstof &lt;noreply@werkstof.example&gt;:<br></div>"
        '<blockquote class="gmail_quote"><p>Past morgen?</p></blockquote></div>'
    ),
    "Outlook on the web": (
        '<html><body><div>{own}</div><hr style="width:98%"><div id="divRplyFwdMsg"><b>Van:</b> Werkstof<br>'
        "<b>Verzonden:</b> maandag</div><div>Past morgen?</div></body></html>"
    ),
    "Thunderbird": (
        '<p>{own}</p><div class="moz-cite-prefix">Op 3-11-2025 om 10:12 schreef Werkstof:</div>'
        '<blockquote type="cite"><p>Past morgen?</p></blockquote>'
    ),
    "no quote at all": "<p>{own}</p>",
}


def reply(to: str, sender: str, text: str = "Ja, dat past.", **more: Any) -> EmailMessage:
    """A reply by mail. `html`, `photos` and `files` add parts, other names with underscores are headers."""
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, to
    mail["Subject"] = more.pop("Subject", "Re: Bericht over Paletten")
    mail["Message-ID"] = more.pop("Message_ID", make_msgid(domain="mail.test.example"))
    html, photos, files = more.pop("html", ""), more.pop("photos", []), more.pop("files", [])
    for name, value in more.items():
        mail[name.replace("_", "-")] = value
    if text or not html:
        mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html") if text else mail.set_content(html, subtype="html")
    for number, photo in enumerate(photos):
        mail.add_attachment(photo, maintype="image", subtype="jpeg", filename=f"IMG_{number}.jpg")
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return mail


def a_photo(colour: str = "green") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(made, "JPEG")
    return made.getvalue()
