"""What people wrote, in a letter of ours."""

from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_QUOTE = "display:block;border-left:3px solid #d9d5cc;padding-left:12px"


@register.simple_tag(takes_context=True)
def quoted(context: dict[str, Any], text: str) -> SafeString:
    """A text of several lines as somebody wrote it, set apart: none of its lines passes for one of ours."""
    lines = text.splitlines()
    if context["frame"].endswith(".html"):
        inside = "<br>".join(conditional_escape(line) for line in lines)
        # Each line is escaped, and the style is ours.
        return mark_safe(f'<span style="{_QUOTE}">{inside}</span>')
    return mark_safe("\n".join(f"> {line}".rstrip() for line in lines))
