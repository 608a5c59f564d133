"""Who can launch which image of an account, what manages it, and what is wrong with that."""
