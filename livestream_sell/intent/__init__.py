"""What a buyer's comment means: the local engine and the interface both engines share."""

from livestream_sell.intent import compiled

compiled.prefer(__path__)
