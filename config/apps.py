"""The wiring, as an app so that its management commands and system checks are found."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "config"
    label = "config"

    def ready(self) -> None:
        from config import stock_words

        stock_words.take_the_place_of_djangos()  # first: a form keeps the words its fields were made with
        from config import checks  # noqa: F401  registers the system checks
        from facilitation import tasks as made  # noqa: F401  says what of it is done by itself
        from rounds import tasks  # noqa: F401  says what is done by itself
