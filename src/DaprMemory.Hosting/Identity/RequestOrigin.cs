using System.Net;
using Microsoft.AspNetCore.Http;

namespace DaprMemory.Hosting.Identity;

/// <summary>Where a request comes from.</summary>
internal static class RequestOrigin
{
    /// <summary>By this header a sidecar says which app calls.</summary>
    public const string CallerAppId = "dapr-caller-app-id";

    /// <summary>Whether it comes straight from this machine or pod.</summary>
    public static bool IsLocal(this HttpRequest request) =>
        request.HttpContext.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && !request.IsPassedOn();

    /// <summary>Whether a proxy, or a sidecar for another app, has passed it on.</summary>
    public static bool IsPassedOn(this HttpRequest request) =>
        request.Headers.ContainsKey("X-Forwarded-For") || request.Headers.ContainsKey("Forwarded") || request.Headers.ContainsKey(CallerAppId);
}
