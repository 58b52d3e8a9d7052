"""The Content-Security-Policy: this host alone, on every kind of answer."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from marketplace.security_policy import content_security_policy

pytestmark = pytest.mark.django_db
TEMPLATES = sorted(settings.BASE_DIR.glob("*/templates/**/*.html"))


def policy_of(answer: object) -> dict[str, str]:
    header: str = answer["Content-Security-Policy"]  # type: ignore[index]
    return dict(part.strip().split(" ", 1) for part in header.split(";"))


@pytest.mark.parametrize(
    "path", ["/", "/hubs/", "/over/", "/account/login/", "/admin/login/", "/bestaat-niet/", "/api/v1/hubs/"]
)
def test_every_page_lets_the_browser_load_from_here_alone(client: Client, path: str) -> None:
    policy = policy_of(client.get(path))
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["worker-src"] == "'self' blob:"
    assert policy["img-src"] == "'self' data: blob:"


def test_the_page_of_the_api_has_inline_styles_and_no_inline_script(client: Client) -> None:
    answer = client.get(reverse("api-docs"))
    policy = policy_of(answer)
    assert (policy["script-src"], policy["style-src"]) == ("'self'", "'self' 'unsafe-inline'")
    assert re.findall(r"<script(?![^>]*src=)", answer.content.decode()) == []
    address = re.findall(r'<script src="([^"]*script=[^"]*)"', answer.content.decode())[0]
    script = client.get(address.replace("&amp;", "&"))
    assert script["Content-Type"] == "application/javascript"
    assert "SwaggerUIBundle" in script.content.decode()


@pytest.mark.parametrize(
    "basemap", ["https://tiles.example.org/style.json", "https://tiles.example.org/{z}/{x}/{y}.png"]
)
def test_a_basemap_s_host_is_let_in_for_the_map(basemap: str) -> None:
    policy = content_security_policy(basemap, ["https://letters.example.org"])["DIRECTIVES"]
    for part in ("connect-src", "img-src"):
        assert policy[part][-2:] == ["https://tiles.example.org", "https://letters.example.org"]
    assert policy["script-src"] == ["'self'"]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_no_template_has_inline_scripts(template: Path) -> None:
    text = template.read_text()
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|javascript:", text) == []
