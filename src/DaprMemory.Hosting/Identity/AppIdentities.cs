using System.Collections.Frozen;
using DaprMemory.Hosting.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace DaprMemory.Hosting.Identity;

/// <summary>Tells by Dapr's headers which app calls, if the request shows that they are Dapr's.</summary>
internal sealed class AppIdentities(IOptions<IdentityOptions> options, IConfiguration configuration)
{
    const string NamespaceHeader = "dapr-caller-namespace";

    readonly AppToken _token = new(configuration[AppToken.ConfigurationKey]);
    readonly FrozenDictionary<string, App> _apps = options.Value.Apps.ToFrozenDictionary(app => app.Key, app => App.Of(app.Key, app.Value), StringComparer.Ordinal);

    /// <summary>Finds the app that makes a request; null if it shows none that is configured.</summary>
    public Caller? Find(HttpRequest request)
    {
        // A sidecar does not replace the headers of a call to its own app: without the app token they prove nothing.
        if (_apps.Count == 0 || !request.Headers.TryGetValue(RequestOrigin.CallerAppId, out var id) || !_token.IsProvenBy(request))
            return null;
        if (Find(id) is not { } app || !IsOne(request.Headers[NamespaceHeader], app.Namespace))
            return null;
        return app.IsRouter ? Find(request.Headers[MemoryHeaders.CallerApp])?.Caller : app.Caller;
    }

    /// <summary>Whether our router makes a request, through the sidecar.</summary>
    public bool IsRouter(HttpRequest request) =>
        _apps.Count > 0 && request.Headers.TryGetValue(RequestOrigin.CallerAppId, out var id) && _token.IsProvenBy(request)
        && Find(id) is { IsRouter: true } app && IsOne(request.Headers[NamespaceHeader], app.Namespace);

    App? Find(StringValues id) => id is [{ } text] ? _apps.GetValueOrDefault(text) : null;

    static bool IsOne(StringValues values, string text) => values is [{ } value] && value == text;

    sealed record App(string Namespace, bool IsRouter, Caller? Caller)
    {
        public static App Of(string id, AppIdentityOptions options) => new(options.Namespace, options.IsRouter, options.IsRouter ? null : new Caller(options.Agent ?? id)
        {
            Tenant = options.Tenant,
            Scopes = options.Scopes.Aggregate(MemoryScopes.None, (scopes, name) => scopes | ScopeNames.Parse(name)),
            AppId = id,
            Via = $"app:{id}",
        });
    }
}
