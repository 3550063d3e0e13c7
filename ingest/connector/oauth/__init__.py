"""OAuth 2: how an account is reached that its user granted to us with `okr auth SOURCE`.

`client` says where one asks, `token` what was granted, `keep` where it is kept, `endpoint` speaks with the vendor, and
`account` gives an access token that is good now; `renewal` does so without `okr auth`, from a token in the settings.
"""
