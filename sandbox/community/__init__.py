"""Comments, reactions, organizations and figures: what LinkedIn opens to members and to approved apps."""
