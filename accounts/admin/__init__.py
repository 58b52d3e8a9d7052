"""Django's admin of people, hubs and letters: each module registers its own admin pages."""

from accounts.admin import hubs, letters, people

__all__ = ["hubs", "letters", "people"]
