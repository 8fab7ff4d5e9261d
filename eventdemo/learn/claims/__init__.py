"""The claims ledger: the claims of the article, checked against the real libraries, with evidence for each verdict.

`claims.toml` is the data, and `claim.py` reads it. A test rejects a claim without evidence.
"""

from eventdemo.learn.claims.claim import Claim, ClaimVerdict, UnknownNumberError, claim, claims

__all__ = ["Claim", "ClaimVerdict", "UnknownNumberError", "claim", "claims"]
