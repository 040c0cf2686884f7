"""LINE's HTTP API for rich menus: what `line_api` answers for its paths."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request

from bot.simulator import line_limits as limits
from bot.simulator.line_books import Friends
from bot.simulator.line_limits import refuse
from bot.simulator.line_menus import RichMenus, check
from bot.simulator.wire import Answer, Call


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`body` says what a call carries: JSON, or bytes that only the handler understands, or nothing."""

    path: str
    name: str
    handle: Callable[[Call, Request], Awaitable[Answer]]
    method: str = "POST"
    body: bool = False


class MenuApi:
    """The endpoints, and the menus behind them."""

    def __init__(self, menus: RichMenus, friends: Friends) -> None:
        self._menus = menus
        self._friends = friends
        own, one = "/v2/bot/user/{user_id}/richmenu", "/v2/bot/richmenu/{menu_id}"
        alias = "/v2/bot/richmenu/alias/{alias}"
        self.endpoints = (
            Endpoint("/v2/bot/richmenu", "richmenu/create", self._create, body=True),
            Endpoint("/v2/bot/richmenu/validate", "richmenu/validate", self._validate, body=True),
            Endpoint("/v2/bot/richmenu/list", "richmenu/list", self._list, "GET"),
            Endpoint("/v2/bot/richmenu/alias", "richmenu/alias/create", self._create_alias, body=True),
            Endpoint("/v2/bot/richmenu/alias/list", "richmenu/alias/list", self._list_aliases, "GET"),
            Endpoint(alias, "richmenu/alias/get", self._get_alias, "GET"),
            Endpoint(alias, "richmenu/alias/update", self._update_alias, body=True),
            Endpoint(alias, "richmenu/alias/delete", self._delete_alias, "DELETE"),
            Endpoint(one, "richmenu/get", self._get, "GET"),
            Endpoint(one, "richmenu/delete", self._delete, "DELETE"),
            Endpoint(f"{one}/content", "richmenu/upload", self._upload),
            Endpoint("/v2/bot/user/all/richmenu", "richmenu/default/get", self._get_default, "GET"),
            Endpoint("/v2/bot/user/all/richmenu", "richmenu/default/clear", self._clear_default, "DELETE"),
            Endpoint("/v2/bot/user/all/richmenu/{menu_id}", "richmenu/default/set", self._set_default),
            Endpoint(own, "richmenu/of", self._of_user, "GET"),
            Endpoint(own, "richmenu/unlink", self._unlink, "DELETE"),
            Endpoint(f"{own}/{{menu_id}}", "richmenu/link", self._link),
        )

    async def _create(self, call: Call, request: Request) -> Answer:
        return Answer({"richMenuId": self._menus.create(call.body)})

    async def _validate(self, call: Call, request: Request) -> Answer:
        check(call.body)
        return Answer({})

    async def _list(self, call: Call, request: Request) -> Answer:
        return Answer({"richmenus": [self._menus.listed(menu_id) for menu_id in self._menus.menus]})

    async def _get(self, call: Call, request: Request) -> Answer:
        return Answer(self._menus.listed(self._menu(request)))

    async def _delete(self, call: Call, request: Request) -> Answer:
        self._menus.delete(self._menu(request))
        return Answer({})

    async def _upload(self, call: Call, request: Request) -> Answer:
        self._menus.upload(self._menu(request), call.headers.get("content-type", ""), call.raw)
        return Answer({})

    async def _get_default(self, call: Call, request: Request) -> Answer:
        if self._menus.default is None:
            raise refuse(404, "no default richmenu")
        return Answer({"richMenuId": self._menus.default})

    async def _set_default(self, call: Call, request: Request) -> Answer:
        self._menus.default = self._menu(request, pictured=True)
        return Answer({})

    async def _clear_default(self, call: Call, request: Request) -> Answer:
        self._menus.default = None
        return Answer({})

    async def _of_user(self, call: Call, request: Request) -> Answer:
        if (linked := self._menus.linked.get(self._user(request))) is None:
            raise refuse(404, "the user has no richmenu")
        return Answer({"richMenuId": linked})

    async def _link(self, call: Call, request: Request) -> Answer:
        """200 for whoever blocked the account too, but then nothing is linked (§1.8)."""
        menu, user = self._menu(request, pictured=True), self._user(request)
        if self._friends.reachable(user):
            self._menus.linked[user] = menu
        return Answer({})

    async def _unlink(self, call: Call, request: Request) -> Answer:
        self._menus.linked.pop(self._user(request), None)
        return Answer({})

    async def _create_alias(self, call: Call, request: Request) -> Answer:
        limits.check_keys(call.body, "richMenuAliasId", "richMenuId")
        self._menus.name_alias(call.body.get("richMenuAliasId"), call.body.get("richMenuId"))
        return Answer({})

    async def _update_alias(self, call: Call, request: Request) -> Answer:
        limits.check_keys(call.body, "richMenuId")
        self._menus.point_alias(self._alias(request), call.body.get("richMenuId"))
        return Answer({})

    async def _get_alias(self, call: Call, request: Request) -> Answer:
        alias = self._alias(request)
        return Answer({"richMenuAliasId": alias, "richMenuId": self._menus.aliases[alias]})

    async def _list_aliases(self, call: Call, request: Request) -> Answer:
        pairs = self._menus.aliases.items()
        return Answer({"aliases": [{"richMenuAliasId": alias, "richMenuId": menu} for alias, menu in pairs]})

    async def _delete_alias(self, call: Call, request: Request) -> Answer:
        del self._menus.aliases[self._alias(request)]
        return Answer({})

    def _menu(self, request: Request, *, pictured: bool = False) -> str:
        return self._menus.known(request.path_params["menu_id"], pictured=pictured)

    def _user(self, request: Request) -> str:
        user = str(request.path_params["user_id"])
        if not limits.USER_ID.fullmatch(user) or not self._friends.knows(user):
            raise refuse(400, "The value for the 'userId' parameter is invalid")
        return user

    def _alias(self, request: Request) -> str:
        alias = str(request.path_params["alias"])
        if alias not in self._menus.aliases:
            raise refuse(404, "richmenu alias not found")
        return alias
