"""The claims ledger: what the article says, held against the real libraries, with the evidence for each verdict.

`claims.toml` is the data, `claim.py` reads it and refuses a claim without evidence, `page.py` makes the documentation's
tables of it.
"""

from eventdemo.learn.claims.claim import Claim, ClaimError, ClaimVerdict, UnknownClaimError, claim, claims

__all__ = ["Claim", "ClaimError", "ClaimVerdict", "UnknownClaimError", "claim", "claims"]
