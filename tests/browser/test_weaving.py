"""The board the themes are woven on: two facilitators at once, steps back, the keyboard, a phone, a comparison."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from facilitation import themes
from facilitation.models import ProposedGroup, Theme
from rounds.models import Reaction, Round, Stage, User
from tests import factories
from tests.browser.screens import PHONE, Console, Screens
from tests.browser.test_threads import pile, threads, tick

WORDS = tuple(f"Sentence number {word}." for word in ("one", "two", "three", "four", "five", "six"))


def woven() -> tuple[Round, User]:
    """Two themes with two sentences each, and two loose ones."""
    round, alice = threads(*WORDS)
    ids = dict(Reaction.objects.of(round).values_list("text", "pk"))
    themes.make(round=round, title="Waiting", by=alice, reactions=[ids[one] for one in WORDS[:2]])
    themes.make(round=round, title="Nobody asked", by=alice, reactions=[ids[one] for one in WORDS[2:4]])
    return round, alice


def move(console: Console, to: str) -> None:
    console.press("Move to …")
    console.press(to, within=console.page.get_by_role("dialog", name="Move to"))


def box(console: Console, words: str) -> Locator:
    return console.page.get_by_role("checkbox", name=words)


def loose(console: Console) -> Locator:
    return console.page.locator("#weave-loose")


def test_two_facilitators_see_each_others_moves_and_take_back_only_their_own(screens: Screens) -> None:
    round, alice = woven()
    bob = factories.facilitator(f"bob-{round.public_id}", of=round.programme)
    hers, his = screens.console(alice, round), screens.console(bob, round)
    tick(his, WORDS[5])
    tick(hers, WORDS[0], WORDS[4])
    move(hers, "Nobody asked")
    hers.is_told("Moved 2 sentences to “Nobody asked”.")
    expect(pile(his, "Nobody asked")).to_contain_text(WORDS[4])
    expect(box(his, WORDS[5])).to_be_checked()
    move(his, "Waiting")
    expect(pile(hers, "Waiting")).to_contain_text(WORDS[5])
    hers.press("Undo")
    hers.is_told("Taken back: moved 2 sentences.")
    expect(loose(his)).to_contain_text(WORDS[4])
    expect(pile(his, "Waiting")).to_contain_text(WORDS[0])
    expect(pile(his, "Waiting")).to_contain_text(WORDS[5])
    hers.press("Redo")
    expect(pile(his, "Nobody asked")).to_contain_text(WORDS[0])
    tick(his, WORDS[0])
    move(his, "Loose")
    expect(loose(hers)).to_contain_text(WORDS[0])
    with hers.forgiving("409 POST .*/themes/undo/"):
        hers.press("Undo")
        hers.is_told("Somebody has moved on from there.")
    hers.press("Steps and keys")
    steps = hers.page.get_by_role("dialog", name="Steps and keys")
    expect(steps).to_contain_text("moved a sentence")
    hers.is_sound()
    hers.press("Take back", within=steps)
    expect(pile(his, "Nobody asked")).to_contain_text(WORDS[0])


def test_a_title_given_while_another_is_being_typed_is_not_written_over_unseen(screens: Screens) -> None:
    round, alice = woven()
    bob = factories.facilitator(f"bob-{round.public_id}", of=round.programme)
    hers, his = screens.console(alice, round), screens.console(bob, round)
    for console, words in ((hers, "Nobody asks"), (his, "Not asked")):
        pile(console, "Nobody asked").locator("summary", has_text="Change").click()
        console.page.get_by_label("Another title for “Nobody asked”").fill(words)
    his.press("Rename", within=pile(his, "Nobody asked"))
    renamed = pile(hers, "Not asked")
    with hers.forgiving("409 POST .*/rename/"):
        hers.press("Rename", within=renamed)
        hers.is_told("Somebody has just called it “Not asked”. Press again if yours is the better one.")
    hers.press("Rename", within=renamed)
    expect(pile(his, "Nobody asks")).to_be_visible()


def test_sentences_move_with_the_keyboard_alone_and_the_place_is_kept(screens: Screens) -> None:
    round, alice = woven()
    console = screens.console(alice, round)
    keyboard = console.page.keyboard
    first, second = (one.pk for one in Reaction.objects.of(round).filter(text__in=WORDS[4:]))
    console.tab_to("#weave-loose input")
    expect(console.page.locator(f"#tick-{first}")).to_be_focused()
    keyboard.press("ArrowDown")
    expect(console.page.locator(f"#tick-{second}")).to_be_focused()
    keyboard.press("Home")
    keyboard.press("m")
    menu = console.page.get_by_role("dialog", name="Move to")
    expect(console.button("Waiting", within=menu)).to_be_focused()
    console.is_sound()
    keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(console.page.locator(f"#tick-{first}")).to_be_focused()
    keyboard.press("m")
    keyboard.press("Enter")
    expect(pile(console, "Waiting").locator(f"#tick-{first}")).to_be_visible()
    expect(console.page.locator(f"#tick-{second}")).to_be_focused()
    console.is_told("Moved one sentence to “Waiting”.")
    keyboard.press("Control+z")
    expect(loose(console).locator(f"#tick-{first}")).to_be_visible()
    keyboard.press("Control+y")
    expect(pile(console, "Waiting").locator(f"#tick-{first}")).to_be_visible()
    keyboard.press("Space")
    keyboard.press("n")
    keyboard.type("nm")  # letters mean something on a sentence only
    keyboard.press("Enter")
    expect(pile(console, "nm")).to_be_visible()
    assert Theme.objects.get(round=round, title="nm").placements.get().reaction_id == second


def test_sentences_are_dragged_one_or_all_that_are_ticked(screens: Screens) -> None:
    round, alice = woven()
    console = screens.console(alice, round)
    tick(console, WORDS[0], WORDS[4])
    console.page.get_by_text(WORDS[4]).locator("visible=true").first.drag_to(pile(console, "Nobody asked"))
    console.is_told("Moved 2 sentences to “Nobody asked”.")
    expect(pile(console, "Nobody asked")).to_contain_text(WORDS[0])
    expect(console.page.get_by_text("Nothing is ticked.")).to_be_visible()
    console.page.get_by_text(WORDS[5]).locator("visible=true").first.drag_to(pile(console, "Waiting"))
    expect(pile(console, "Waiting")).to_contain_text(WORDS[5])
    expect(loose(console)).to_contain_text("Nothing is loose.")


def test_on_a_phone_everything_moves_without_dragging(screens: Screens) -> None:
    round, alice = woven()
    console = screens.console(alice, round, PHONE)
    wall = screens.wall(round)
    tick(console, WORDS[4])
    move(console, "Left out of the themes")
    console.is_told("Left one sentence out of the themes.")
    expect(loose(console)).not_to_contain_text(WORDS[4])
    tick(console, WORDS[2])
    move(console, "Set aside for later: off the wall and the phones")
    console.is_told("Set one sentence aside for later")
    expect(pile(console, "Nobody asked")).not_to_contain_text(WORDS[2])
    wall.shows_not(WORDS[2])
    console.page.get_by_role("button", name="Undo").click()
    expect(pile(console, "Nobody asked")).to_contain_text(WORDS[2])
    tick(console, WORDS[5])
    console.page.get_by_label("Title of a new theme").fill("On a phone")
    console.press("New theme", exact=False)
    wall.shows_large("On a phone")
    console.is_sound()


def test_another_grouping_is_compared_before_it_counts(screens: Screens) -> None:
    round, alice = threads()
    ids = list(Reaction.objects.of(round).values_list("pk", flat=True))
    ProposedGroup.objects.create(round=round, reaction_ids=ids[:3], titles=[])
    ProposedGroup.objects.create(round=round, reaction_ids=ids[2:5], titles=[], state=ProposedGroup.State.PREVIEW)
    console, wall = screens.console(alice, round), screens.wall(round)
    proposed = console.page.locator(".weave__pile--proposed")
    expect(proposed).to_have_count(1)
    expect(proposed.get_by_role("checkbox")).to_have_count(3)
    console.heading("Another way to group what is proposed")
    console.is_sound()
    console.press("Use these instead")
    console.is_told("These are the proposals now.")
    expect(console.page.locator(f"#tick-{ids[4]}").locator("xpath=ancestor::*[@data-theme][1]")).to_have_id(
        f"group-{ProposedGroup.objects.get(round=round, state='waiting').public_id}"
    )
    console.press("Undo")
    expect(loose(console).locator(f"#tick-{ids[4]}")).to_be_visible()
    console.press("Keep today’s")
    expect(console.page.locator("#weave-preview")).to_have_count(0)
    wall.shows_large("What runs through it?")


def test_nothing_jumps_while_a_colleague_works(screens: Screens) -> None:
    round, alice = woven()
    console = screens.console(alice, round)
    tools = pile(console, "Nobody asked").locator("details.weave__tools")
    tools.locator("summary").click()
    field = tools.get_by_label("Another title for")
    field.fill("Half typed")
    themes.rename(
        round=round, theme=Theme.objects.get(round=round, title="Waiting").public_id, title="Waiting, again", by=alice
    )
    expect(pile(console, "Waiting, again")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value("Half typed")
    themes.move_up(round=round, theme=Theme.objects.get(round=round, title="Nobody asked").public_id, by=alice)
    expect(console.page.locator(".weave__pile h3").first).to_have_text("Nobody asked")
    expect(pile(console, "Nobody asked").get_by_label("Another title for")).to_have_value("Half typed")
    expect(pile(console, "Nobody asked").get_by_label("Another title for")).to_be_focused()


def test_in_the_write_up_the_board_is_folded_and_at_work(screens: Screens) -> None:
    round, alice = woven()
    Round.objects.filter(pk=round.pk).update(stage=Stage.CIRCLE, crossed_threshold=True)
    console = screens.console(alice, round)
    console.page.locator("#weave-fold > summary").click()
    tick(console, WORDS[4])
    move(console, "Waiting")
    expect(pile(console, "Waiting")).to_contain_text(WORDS[4])
    console.is_sound()


def test_a_hundred_and_thirty_sentences_become_named_themes_in_peoples_words(screens: Screens) -> None:
    begins = ("There was no time", "The form came first", "Nobody asked me", "Someone made me tea", "Nights are lonely")
    said = [f"{begin}, and that was day {day} of it." for begin in begins for day in range(26)]
    round, alice = threads(*said)
    console = screens.console(alice, round)
    console.press("Propose groups")
    proposed = console.page.locator(".weave__pile--proposed")
    expect(proposed.first).to_be_visible()
    while left := proposed.count():
        expect(proposed.first.get_by_role("textbox")).to_have_value("")  # a title is people's to give
        proposed.first.get_by_text("Words people used").click()
        proposed.first.locator("[data-weave-word]").first.click()
        console.press("Make it a theme", within=proposed.first)
        expect(proposed).to_have_count(left - 1)
    assert Theme.objects.filter(round=round).count() > 1
    for theme in Theme.objects.filter(round=round):
        assert any(theme.title in one.reaction.text for one in theme.placements.select_related("reaction"))
    while console.page.locator("#weave-loose input").count():
        for checkbox in console.page.locator("#weave-loose input").all():
            checkbox.check()
        move(console, "Left out of the themes")
        expect(loose(console)).to_contain_text("Nothing is loose.")
    console.is_sound()
