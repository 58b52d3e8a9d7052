"""Handing one message over to the mail server, with a word at the moment of no return."""

from collections.abc import Callable
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend


def hand_over(message: EmailMultiAlternatives, before_data: Callable[[], None]) -> None:
    """Send a message; `before_data` is called when the server has taken both addresses and the text comes next.

    Raises smtplib.SMTPException for what the server answers, and OSError where it can't be reached. A backend that is
    no SMTP server (files, the console) has no such moment: there `before_data` comes first.
    """
    connection = get_connection()
    if not isinstance(connection, EmailBackend):
        before_data()
        connection.send_messages([message])
        return
    try:
        connection.open()
        _tell(connection.connection, before_data)
        connection.send_messages([message])
    finally:
        connection.close()


def _tell(server: Any, before_data: Callable[[], None]) -> None:
    """Have smtplib's session call `before_data` before it sends the command DATA."""
    data = server.data

    def telling(text: bytes) -> tuple[int, bytes]:
        before_data()
        answer: tuple[int, bytes] = data(text)
        return answer

    server.data = telling
