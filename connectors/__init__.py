"""Connectors: one file a source; what is longer has its parts in `ingest.connector`, which is all of ours they import.

Writing one
-----------
1. Settings are fields with a `description`; secrets are `SecretStr`. `url` can be set where the vendor is installed by
   oneself, or tests need it. The docstring is the page: what the vendor really counts, in which zone its days begin,
   what it leaves out. `needs` says what the credential must be allowed and where one gets it; `fastest` and `ends` what
   the vendor allows and until when; `proven` how far it was tried ("proven on Mailman 3.3.10", "requests validated
   against the vendor's description of 2026-08", "from documentation, to be checked live").
2. `pull` asks with `Ask` and yields `Reading`, for events a `Span` that says what was listed, a `Cursor` to go on from
   and an `Expiry` where the vendor tells one. No try, no retry, no clock. Unknown is nothing, never 0. An answer is a
   model of the part that we rely on; what does not fit is `Broken` by itself. `refused`, `unavailable` are made of the
   status; where a vendor's words say more than its statuses, say with `means` what it means.
3. `seen` tells the name of the account or list, for `okr check --live`.
4. One GET and a path for each signal is a `Declared`, not a class full of code.
5. The test takes the kit (`ingest.connector.kit`), over `tests.descriptions.Mocked` or `Described` where the vendor
   describes its API in a file, and has a test for each trap of the vendor.

Names of signals
----------------
A signal of this name has this kind and this unit, whatever the connector (a test holds them to it). What no row fits
has a name of its own; where a second connector tells the same it gets a row. Dated amounts are events whose key is the
day: `new_subscribers` of 2026-03-01. A total that only grows is a counter and begins with `total_`.

| signal | kind | unit | means |
| --- | --- | --- | --- |
| subscribers | level | people | newsletters: who may be written to now |
| paid_subscribers | level | people | those of them who pay |
| new_subscribers | events | people | who came |
| lost_subscribers | events | people | who left, was removed or cannot be reached any more |
| total_lost_subscribers | counter | people | who unsubscribed, ever, where the source dates none of it |
| open_rate | level | | the share of recipients who open, 0 to 1 |
| click_rate | level | | the share of recipients who click, 0 to 1 |
| connections | level | people | networks: mutual contacts |
| new_connections | events | people | who connected |
| followers | level | people | who follows |
| new_followers | events | people | who began to follow |
| lost_followers | events | people | who stopped |
| following | level | people | whom the account follows |
| posts | level | posts | what it has published and is still there |
| likes | events | likes | approval of others |
| replies | events | replies | what others wrote under it |
| mentions | events | mentions | where others named it |
| total_views | counter | views | how often it was seen, ever |
| reputation | level | points | what the network gives for it |
| stars | level | people | who marked a repository |
| new_stars | events | people | who marked it, when |
| forks | level | forks | copies of a repository |
| total_downloads | counter | downloads | how often it was fetched, ever |
| requests | events | requests | inbound: somebody asked for something |
| responses | events | responses | forms: somebody filled one in |
| bookings | events | bookings | somebody booked a time |
| cancellations | events | bookings | somebody gave a booking up |
| contacts | level | people | customers' files: who is in them |
| new_contacts | events | people | who came into them |
| deals | events | deals | what was opened with somebody |
| won_deals | events | deals | what somebody agreed to |
| submissions | events | submissions | talks or papers that were handed in |
| accepted | events | submissions | those that somebody took |
| events | events | events | gatherings, when they were held |
| attendees | events | people | who came, when it was held |
| registrations | events | people | who signed up, when they did |
| members | level | people | who belongs to a group |
| rating | level | points | what those who came thought of it, on average |
| visitors | events | people | reach: who came to a site |
| visits | events | visits | how often somebody came |
| views | events | views | pages, videos, posts seen |
| articles | events | articles | what others published of it: guest posts, episodes |
| activities | events | activities | sport: runs, rides |
| distance | events | km | how far each of them went |
"""
