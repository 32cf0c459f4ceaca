"""The live tests once more: every phone and every post of theirs goes to the other of two servers than the last.

Left out are those that are about one server's own doing: its sockets' bytes, its floods, its guesses, its leaving.
"""

from tests.live.test_bad_frames import (  # noqa: F401
    test_a_ticket_that_is_none_is_closed_with_4401,
    test_only_a_hello_opens_the_door,
)
from tests.live.test_over_http import (  # noqa: F401
    test_a_bad_ticket_gets_401_and_a_sealed_rounds_404,
    test_a_body_that_cannot_be_read_is_refused_in_words,
    test_a_code_becomes_a_ticket_that_opens_the_room,
    test_a_form_of_a_foreign_page_is_not_read,
    test_a_poll_shows_what_the_socket_shows_and_then_nothing_until_it_changes,
    test_a_post_over_http_is_the_same_row_as_over_the_socket,
    test_a_refusal_over_http_says_why,
    test_a_round_that_lets_nobody_in_says_why,
    test_a_wall_comes_in_by_its_token,
    test_a_wrong_code_is_answered_in_words,
    test_an_old_code_looks_like_a_wrong_one,
    test_everybody_who_joins_is_somebody_else,
)
from tests.live.test_rooms import (  # noqa: F401
    test_a_change_reaches_every_phone_with_the_same_bytes,
    test_a_change_says_what_it_follows,
    test_a_full_room_is_shown_whole,
    test_a_message_to_another_stage_is_refused_in_the_verbs_words,
    test_a_participant_who_sends_what_staff_send_changes_nothing,
    test_a_phone_is_shown_the_round_as_soon_as_it_says_hello,
    test_a_phone_that_has_lost_its_place_is_shown_everything_again,
    test_a_refusal_says_why_and_names_the_field,
    test_a_wall_and_a_console_say_nothing,
    test_another_rounds_ticket_sees_and_hears_nothing_of_this_one,
    test_nothing_is_taken_once_the_round_is_over,
    test_saved_is_said_only_when_it_is_in_the_database,
    test_the_same_nonce_twice_is_one_row_and_saved_both_times,
    test_two_tabs_see_the_same_and_are_one_person,
)
from tests.live.test_together import (  # noqa: F401
    test_a_kill_with_posts_of_thirty_people_under_way_loses_nothing_that_was_answered,
)
from tests.live.test_trouble import (  # noqa: F401
    test_a_console_ticket_is_nothing_without_its_session,
    test_a_sealed_rounds_ticket_is_closed_with_4404,
    test_a_strangers_console_ticket_for_this_round_is_closed_with_4404,
    test_a_walls_ticket_dies_with_its_token,
    test_after_a_kill_an_old_ticket_gets_the_state_and_nothing_acknowledged_is_lost,
    test_everyone_in_a_round_that_is_removed_is_told_so,
    test_losing_the_role_closes_the_console_within_ten_seconds,
    test_signing_out_closes_the_console_within_ten_seconds,
)
from tests.live.test_turned_away import (  # noqa: F401
    test_a_deactivated_account_loses_its_console_within_ten_seconds,
    test_a_wall_whose_token_was_changed_is_closed_within_ten_seconds,
)
