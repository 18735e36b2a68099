"""What a buyer's comment means: the local engine and the interface both engines share."""
