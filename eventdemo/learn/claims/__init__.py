"""The claims ledger: the claims of the article, checked against the real libraries, with evidence for each verdict.

`claims.toml` is the data. `claim.py` reads it and rejects a claim without evidence.
"""

from eventdemo.learn.claims.claim import Claim, ClaimError, ClaimVerdict, UnknownNumberError, claim, claims

__all__ = ["Claim", "ClaimError", "ClaimVerdict", "UnknownNumberError", "claim", "claims"]
