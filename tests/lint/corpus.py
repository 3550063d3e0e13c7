"""Titles with what is wrong with them, written in many ways. By a hash half of them may be looked at when rules are
changed; the other half only measures."""

from hashlib import sha256

GOOD = """
100% increase in the number of public speaking gigs
5 requests to contribute a guest post
20% increase in social media connections across LinkedIn, Twitter and Instagram
20% increase in inbound mentorship requests
10% increase in attendees at my local meetup, month over month
at least 30% of local conferences use our network to source new presenters
25% increase in inbound job offers
10 invitations to speak in 2022
improve my time over 10 km (from 52 to 45 minutes)
grow the newsletter to 5,000 subscribers
keep churn under 2%
more customers +15%
average order value +7%
repeat customers +25%
search precision +25%
Twice as many organisers book me as a speaker
Conferences invite us to the stage 12 times
Double the speaking engagements that we are offered
Speaking gigs up from 4 to 8
Get booked as a speaker twice as often as last year
Editors ask me for five guest articles
Receive 5 invitations to write for other blogs
At least six blogs want a guest post from us
Guest post enquiries: 5
Five editors reach out for a contribution
Our networks on LinkedIn and X grow by a fifth
1,200 accepted connection requests on LinkedIn
Add 500 followers across all channels
Followers on Mastodon and Bluesky +30%
Gain 20% more connections on social networks
30 people ask me to mentor them
Mentorship enquiries rise by 20%
A quarter more newcomers ask for mentoring
Incoming requests for mentoring from 10 to 12
Receive 20% more mails from people who look for a mentor
Meetup attendance grows 10% every month
Each month a tenth more people come to our meetup
60 guests at the monthly meetup
Raise attendance at the user group to 80
10% more visitors of the local meetup each month
A third of the conferences in town find speakers through us
30% of organisers pick presenters from our directory
Share of local events that draw speakers from our community: 30%
Every third conference sources its presenters from our network
Organisers of 12 conferences hire speakers through our list
Recruiters contact me 25% more often
25% more companies offer me a job
Job offers that come in by themselves: from 8 to 10
Receive 10 unsolicited job offers
Inbound offers from recruiters +25%
Be invited to speak ten times
Ten conferences ask me for a talk
10 speaking invitations by December
Get invited to 10 podcasts as a guest
Run 10 km in 45 minutes
Bring my 10k time down to 45 minutes
Lower my resting pulse from 64 to 56
Run the half marathon in under two hours
Personal best over ten kilometres below 45:00
5,000 people read the newsletter
Hold churn below 2% each month
Fewer than 2% of subscribers leave in a month
Reach 5k newsletter readers
Keep monthly unsubscribes under 2%
15% more shops order from us
Customers spend 7% more per order
A quarter more customers buy again
Repeat purchases up by 25%
Average basket grows from 42 to 45 euros
Users find what they look for in the first three results 25% more often
Precision of the search from 0.6 to 0.75
Search results that users click on: +25%
Zero-result searches by customers down by half
50% fewer bugs reported by customers
80% of trial users become paying customers
Net promoter score from 30 to 45
90% of customers renew their contract
200 downloads of the library per week by outsiders
40 teams deploy with our platform every week
Support requests per customer down 30%
Blog articles shared by readers 300 times
Revenue from returning customers +20%
Open rate of the newsletter from 30% to 40%
15 contributors from outside the company
Time that customers wait for an answer falls from 3 hours to 1
""".strip().splitlines()

BAD = {
    "task": """
attend a workshop
read 10 books
launch 30% more campaigns
get a certificate
Go to three conferences
Take part in a training on negotiation
Visit two seminars this quarter
Join a workshop about storytelling
Participate in the leadership programme
Finish the online course on statistics
Complete a course in public speaking
Sign up for a class
10 books read by December
Read one book each month
Work through 12 books on product management
Study five papers
Listen to 20 podcast episodes
Publish 8 blog posts
Write a blog post every week
We will write four articles
Post on LinkedIn three times a week
30% more campaigns launched
Run a third more campaigns than last year
Double the number of campaigns we launch
Send 12 newsletters
12 issues of the newsletter published
Record six podcast episodes
Certificate obtained
Obtain the PMP certification
Earn an AWS certificate
Become a certified scrum master
Pass the certification exam
Acquire a diploma in design
Migrate the database to PostgreSQL
Migration to the cloud completed
Roll out the new CRM
Implement single sign-on
Build a landing page
Create a content calendar
Develop a mobile app
Ship the new onboarding
Release version 2.0
Deliver 5 features
Hold 20 interviews with customers
Conduct 15 user interviews
Organise four meetups
Host a webinar every month
Give 6 talks
Train 50 employees
Redesign the website
Set up a dashboard
Hire two engineers
Make 100 sales calls
Document all APIs
4 workshops held
Three white papers written
20 more posts on social media
Refactor the billing module
Draft a marketing strategy
Prepare and present a business case
""",
    "own-hand": """
ship 50% fewer bugs
every campaign passes legal review the first time
Introduce half as many defects
Reduce the bugs we write by 30%
Cut the number of bugs in our releases by half
Zero regressions in releases
No typos in our newsletters
Fewer mistakes in our reports
All campaigns are cleared by legal without changes
Each release passes QA at the first attempt
100% of our ads get approved by compliance on first submission
Every contract clears the legal check first time round
95% of stories delivered on time
All projects finish on schedule and within budget
Raise test coverage to 90%
Increase our velocity by 20%
Deliver 40 story points per sprint
Never miss a deadline
Every pull request is reviewed within a day
Our code has 40% less technical debt
""",
    "yes-no": """
the new website is live
Be ready for the audit
The app is in production
New pricing is in place
Have a mentor
The office is open
Strategy approved
Become the market leader
""",
}

LATER_GOOD = """
Fifteen organisers want me on their stage
Number of speaking engagements offered to us doubles
Requests for guest articles from editors: 5
Magazine editors commission 3 columns
Social media audience grows by a fifth
LinkedIn followers from 1,500 to 1,800
12 strangers ask for mentoring
Unprompted mentoring requests rise by a fifth
Ten percent more people show up at our meetup every month
Meetup RSVPs +10% per month
One in three regional conferences recruits speakers via our network
Event hosts find 30% of their speakers in our community
25% more recruiters write to me
Headhunters approach me 10 times
Invited to give 10 talks
10 hosts invite me to speak
Cut my 10 km time to 45 minutes
Run 5 km in 22 minutes
Newsletter list at 5,000 readers
Monthly churn stays under 2%
Customers who cancel: at most 2% a month
15% more buyers
Average receipt up 7%
25% more people buy a second time
Search finds the right document first 25% more often
Companies publish 20 case studies about us
Users complete onboarding in under 5 minutes
70% of new users finish the setup
Customers rate our support 4.5
Partners launch 10 integrations with our API
Hospital visits of patients fall by 20%
Students pass the exam: 90%
Readers write 50 comments
Website visits from search +40%
Email replies from prospects +20%
Course participants recommend us: 60%
Weekly active users +30%
Cart abandonment from 70% to 60%
Sleep 8 hours on 80% of nights
Weight from 90 to 82 kg
Eight universities invite me to lecture
Editorial teams ask for 5 articles by me
Followers across our three channels up 20%
A fifth more people want me as their mentor
Local meetup: 10% more heads per month
4 of 10 nearby conferences discover speakers with our help
Recruiters' messages +25%
Ten invitations as keynote speaker
Shave 7 minutes off my 10k
5k subscribers for our newsletter
At most 2 in 100 readers leave per month
15% growth in paying customers
Order value per customer from 80 to 86
25% more returning shoppers
Search relevance score +25%
Journalists quote us 12 times
Users report half as many crashes
Parents volunteer 100 hours
Patients arrive on time 95%
30 neighbours join the garden group
Test drives booked by visitors: 40
Post shares by readers +30%
Teachers use our worksheets in 50 schools
Plan upgrades from free to paid +10%
""".strip().splitlines()
"""Written once the rules stood, in two batches of 40 and 24. When each was first judged, none and 1 of them were
blamed."""

LATER_BAD = """
Enroll in a negotiation seminar
Go through a data science course
Get AWS certified
Watch 15 lectures
Devour 10 novels
Finish reading 12 books
Put out 30% more ads
Increase the number of campaigns by 30%
Kick off 5 new marketing campaigns
More blog posts: from 10 to 20
Two talks prepared and delivered
Our team completes the migration
The migration to Kubernetes is finished
Have the rebranding completed by May
Write documentation for all modules
Publication of a white paper
Attendance at three trade fairs
Participation in two hackathons
Completion of the MBA
Weekly newsletter sent on Mondays
Product launch in March
Bring the new app to the store
Start a podcast
Learn Spanish
Halve the defects we ship
Ship releases without bugs
Fewer incidents caused by us
All ads get through compliance at the first go
No campaign is rejected by legal
90% of tickets closed within 24 hours
We reply to every mail within one day
Everyone in the team meets their deadlines
Launch the shop: yes or no
The shop is launched
We have a data strategy
Our office is certified
Cut the bug count by 30%
Lines of code +20%
Make 50 cold calls a week
Spend 5 hours a week on research
Participate in a bootcamp
Sit through 3 trainings
Get through 15 business books
Run twice as many ad campaigns
Obtain a project management certificate
PRINCE2 certification achieved
Bugs shipped per release down 50%
Every ad clears legal on the first submission
Write 3 white papers
Newsletter published every week
Upload 20 videos
Produce 10 podcast episodes
I complete two online courses
Lead three workshops
5 press releases sent out
Deploy daily
Data warehouse set up
Speak at four conferences
Reduce defects in our code by half
The CRM has been introduced
Move to the new office
Compile a list of prospects
All reports handed in on time
Take a cooking class
""".strip().splitlines()
"""Written with them: of 40 and 24 first 30 and 21 were named. Whatever rule names one will do."""


def is_shown(title: str) -> bool:
    """Whether a title belongs to the half that may be looked at."""
    return sha256(title.encode()).digest()[0] % 2 == 0


TITLES = [(title, "") for title in GOOD] + [
    (title, rule) for rule, titles in BAD.items() for title in titles.strip().splitlines()
]
