using DaprMemory.Hosting.Identity;
using DaprMemory.Hosting.Tls;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Quotas;

/// <summary>Tells, behind the router, what comes from it, by what it can prove: its certificate, which no other client has, or that the sidecar says so.</summary>
internal sealed class RouterOrigin(AppIdentities apps, IOptions<TlsOptions> tls)
{
    readonly bool _hasCertificate = tls.Value.RequireClientCertificate;

    public bool IsOriginOf(HttpContext context) =>
        (_hasCertificate && context.Connection.ClientCertificate is not null) || apps.IsRouter(context.Request);
}
