"""What stands on the phones, and what people can say from them."""

from __future__ import annotations

from rounds import reactions
from rounds.forms.reaction import MineTooForm, ReactionForm
from rounds.live.messages import Message, register

register(Message(name="react", form=ReactionForm, verb=reactions.post))
register(Message(name="mine_too", form=MineTooForm, verb=reactions.mine_too))
