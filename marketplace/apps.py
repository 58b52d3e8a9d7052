from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    name = "marketplace"

    def ready(self) -> None:
        # Django's way of registering checks.
        import marketplace.checks  # noqa: F401
