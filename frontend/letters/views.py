"""Letters as pages: the post box of the demo, and where a stranger refuses further ones."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from frontend.requests import PageRequest
from journal.attachments import attachments_of
from journal.enums import Topic
from journal.letter_text import refused_by, render_letter, subject_of
from journal.letters import accept_letters, refuse_letters, topics_refused_by
from journal.models import Letter

#: Letters on the page of the demo's post box, the newest first.
SHOWN = 50


@require_GET
def demo_post(request: PageRequest, letter_id: int | None = None) -> HttpResponse:
    """What the demo sent, and one letter as it reads; it goes to nobody real. Only where the demo runs."""
    _check_demo()
    letters = [(letter, subject_of(letter)) for letter in Letter.objects.newest_first()[:SHOWN]]
    chosen = get_object_or_404(Letter, pk=letter_id) if letter_id is not None else None
    shown = render_letter(chosen) if chosen is not None and chosen.data else None
    files = attachments_of(chosen) if chosen is not None else []
    shown_letter = {"chosen": chosen, "shown": shown, "files": files}
    return render(request, "post/demo_post.html", {"letters": letters} | shown_letter)


@require_GET
def demo_letter_html(request: PageRequest, letter_id: int) -> HttpResponse:
    """A letter of the demo as a mail program shows it. Only where the demo runs."""
    _check_demo()
    letter = get_object_or_404(Letter.objects.exclude(data={}), pk=letter_id)
    return HttpResponse(render_letter(letter).html)


@require_GET
def demo_letter_file(request: PageRequest, letter_id: int, number: int) -> HttpResponse:
    """A file that went along with a letter of the demo, counted from 1. Only where the demo runs."""
    _check_demo()
    files = attachments_of(get_object_or_404(Letter, pk=letter_id))
    if not 1 <= number <= len(files):
        raise Http404
    found = files[number - 1]
    response = HttpResponse(found.text, content_type=f"{found.kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return response


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: PageRequest, token: str) -> HttpResponse:
    """Opening the link asks; only POST refuses one topic of letters, since programs that look through mail follow
    links. Who refused it takes that back by the same link.

    A mail program may POST by itself, without a session (RFC 8058): the signed address is proof enough.
    """
    held = refused_by(token)
    if held is None:
        raise Http404(_("Deze link klopt niet. Neem ze over uit de mail."))
    address, topic = held
    if request.method == "POST":
        if "again" in request.POST:
            accept_letters(address, topic)
            messages.success(request, _("%(address)s krijgt deze mails weer.") % {"address": address})
            return redirect("home")
        refuse_letters(address, topic)
        if request.POST.get("List-Unsubscribe") == "One-Click":
            return HttpResponse(status=200)
        messages.success(request, refused_words(topic) % {"address": address})
        return redirect("home")
    context = {"address": address, "topic": topic.value, "is_refused": topic in topics_refused_by(address)}
    return render(request, "post/refuse.html", context)


def refused_words(topic: Topic) -> str:
    """That such letters don't come any more, with a place for the address."""
    match topic:
        case Topic.MESSAGES:
            return _(
                "%(address)s krijgt geen mails meer over berichten in gesprekken. Bij je account zet je ze weer aan."
            )
        case Topic.FRESHNESS:
            return _("We vragen %(address)s niet meer of zoekertjes er nog zijn. Bij je account zet je dat weer aan.")
    return _("%(address)s krijgt geen mails meer waar je niet om vroeg.")


def _check_demo() -> None:
    if not settings.DEMO:
        raise Http404(_("Deze bladzijde is er alleen in de demo."))
