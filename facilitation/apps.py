"""What is made of a round: themes, circle, actions, review, told back."""

from django.apps import AppConfig


class FacilitationConfig(AppConfig):
    name = "facilitation"
    verbose_name = "Facilitation"

    def ready(self) -> None:
        from facilitation import (
            regions,  # noqa: F401  puts themes, circle and told back on the live screens
            retention,  # noqa: F401  says which tables hold words, and what is left when they go
            stored,  # noqa: F401  says what of it a participant's words can reach
            waiting,
            write_ups,  # noqa: F401  says what of themes and actions is still to finish
        )
        from facilitation.weaving import seal  # noqa: F401  carries the board to a sealed round's new ids
        from rounds.waiting import counted

        counted("actions", waiting.number)
