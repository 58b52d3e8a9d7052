"""A variable that isn't there fails a test, wherever a template of ours uses it."""

from typing import Any

import pytest
from django.template import engines
from django.template.base import Origin


def render(source: str, **context: Any) -> str:
    return str(engines["django"].from_string(source).render(context))


@pytest.mark.parametrize(
    "source",
    [
        "{{ nothing }}",
        "{{ row.nothing }}",
        "{% if nothing %}x{% endif %}",
        "{% if not nothing %}x{% endif %}",
        "{% if row.nothing %}x{% endif %}",
        "{% if nothing == 1 %}x{% endif %}",
        "{% if 1 in nothing %}x{% endif %}",
        "{% if row and nothing %}x{% endif %}",
        "{% if absent or nothing %}x{% endif %}",
        "{% if row %}{% if nothing|length > 1 %}x{% endif %}{% endif %}",
        "{% if row|default:nothing %}x{% endif %}",
        "{% for row in nothing %}x{% endfor %}",
        "{% for row in row.nothing %}x{% endfor %}",
        "{% for row in rows %}{% if row.nothing %}x{% endif %}{% endfor %}",
        "{% with other=nothing %}x{% endwith %}",
        "{% firstof nothing row.known %}",
        "{% include 'components/errors.html' %}",
    ],
)
def test_an_undefined_variable_fails(source: str) -> None:
    with pytest.raises(pytest.fail.Exception, match="Undefined in"):
        render(source, row={"known": 1}, rows=[{"known": 1}], absent=None)


@pytest.mark.parametrize(
    "source",
    [
        "{% if absent %}x{% endif %}",
        "{% for row in rows %}{{ row.known }}{{ forloop.counter }}{% endfor %}",
        "{{ nothing|default:'–' }}",
        "{% if nothing|default:0 %}x{% endif %}",
        "{% for row in none %}{% if row.nothing %}x{% endif %}{% endfor %}",
    ],
)
def test_what_is_there_or_has_a_default_does_not(source: str) -> None:
    render(source, row={"known": 1}, rows=[{"known": 1}], absent=None, none=[])


def test_templates_that_others_wrote_may_rely_on_it() -> None:
    template: Any = engines["django"].from_string("{% if nothing %}x{% endif %}{{ nothing }}")
    template.template.origin = Origin("site-packages/django/contrib/admin/templates/admin/base.html")
    assert template.render({}) == ""
