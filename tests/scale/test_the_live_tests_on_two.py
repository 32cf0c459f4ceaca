"""The live tests once more: every phone and every post of theirs goes to the other of two servers than the last."""

from tests.live.test_over_http import (  # noqa: F401
    test_a_bad_ticket_gets_401_and_a_sealed_rounds_404,
    test_a_code_becomes_a_ticket_that_opens_the_room,
    test_a_poll_shows_what_the_socket_shows_and_then_nothing_until_it_changes,
    test_a_post_over_http_is_the_same_row_as_over_the_socket,
    test_a_round_that_lets_nobody_in_says_why,
    test_a_wall_comes_in_by_its_token,
    test_everybody_who_joins_is_somebody_else,
)
from tests.live.test_rooms import (  # noqa: F401
    test_a_change_reaches_every_phone_with_the_same_bytes,
    test_a_change_says_what_it_follows,
    test_a_full_room_is_shown_whole,
    test_a_message_to_another_stage_is_refused_in_the_verbs_words,
    test_a_participant_who_sends_what_staff_send_changes_nothing,
    test_another_rounds_ticket_sees_and_hears_nothing_of_this_one,
    test_nothing_is_taken_once_the_round_is_over,
    test_saved_is_said_only_when_it_is_in_the_database,
    test_the_same_nonce_twice_is_one_row_and_saved_both_times,
    test_two_tabs_see_the_same_and_are_one_person,
)
from tests.live.test_trouble import (  # noqa: F401
    test_a_console_ticket_is_nothing_without_its_session,
    test_a_sealed_rounds_ticket_is_closed_with_4404,
    test_after_a_kill_an_old_ticket_gets_the_state_and_nothing_acknowledged_is_lost,
    test_everyone_in_a_round_that_is_removed_is_told_so,
    test_signing_out_closes_the_console_within_ten_seconds,
)
