"""The listening desk; the project puts it under /desk/."""

from django.urls import path

from complaints.desk.views import board, moves, register, ticket

app_name = "desk"
urlpatterns = [
    path("", board.desk, name="desk"),
    path("register/", register.register_page, name="register"),
    path("register/similar/", register.similar, name="similar"),
    path("<str:number>/", ticket.ticket, name="ticket"),
    path("<str:number>/compose/", ticket.compose, name="compose"),
    path("<str:number>/reveal/", ticket.reveal, name="reveal"),
    path("<str:number>/close/", ticket.close, name="close"),
    path("<str:number>/move/<str:name>/", moves.move, name="move"),
]
