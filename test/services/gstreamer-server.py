"""Serves clips over RTSP with GStreamer: `gstreamer-server.py '{"port": …, "clips": {name: {path, codec}}, "login": …}'`."""

import json
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

PAYLOADERS = {
    "h264": "h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1",
    "h265": "h265parse ! rtph265pay name=pay0 pt=96 config-interval=-1",
    "jpeg": "rtpjpegpay name=pay0 pt=26",
    "mpeg4": "mpeg4videoparse ! rtpmp4vpay name=pay0 pt=96",
}
ROLE = "viewer"


def permitted(server, login):
    """Asks everybody for the login, by the method that it names."""
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, ROLE)
    if login["method"] == "digest":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(login["username"], login["password"], token)
    else:
        basic = GstRtspServer.RTSPAuth.make_basic(login["username"], login["password"])
        auth.add_basic(basic, token)
    server.set_auth(auth)


def main():
    settings = json.loads(sys.argv[1])
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(settings["port"]))
    login = settings.get("login")
    if login:
        permitted(server, login)
    for name, clip in settings["clips"].items():
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(f"( filesrc location={clip['path']} ! matroskademux ! {PAYLOADERS[clip['codec']]} )")
        if login:
            permissions = GstRtspServer.RTSPPermissions()
            permissions.add_permission_for_role(ROLE, GstRtspServer.RTSP_PERM_MEDIA_FACTORY_ACCESS, True)
            permissions.add_permission_for_role(ROLE, GstRtspServer.RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, True)
            factory.set_permissions(permissions)
        server.get_mount_points().add_factory(f"/{name}", factory)
    if not server.attach(None):
        sys.exit("The port is taken.")
    GLib.MainLoop().run()


main()
