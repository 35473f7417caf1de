using System.Net;
using DaprMemory.Hosting.Identity;
using DaprMemory.Hosting.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace DaprMemory.Hosting.Tls;

/// <summary>
/// Where there is a certificate, takes calls about tenants only over it: from clients that had to show theirs, if they must; else over TLS, or from this
/// machine or pod, where the sidecar is. Health pages, the sidecar's deliveries and operators' pages have rules of their own, so a second,
/// plain port serves probes that have no certificate, and nothing else that matters.
/// </summary>
internal sealed class TransportMiddleware(RequestDelegate next, IOptions<TlsOptions> options)
{
    const string NeedsCertificate = "this service answers only clients that show a certificate of its authority";
    const string NeedsTls = "this service is called by https";

    readonly bool _needsCertificate = options.Value.RequireClientCertificate;

    public Task InvokeAsync(HttpContext context)
    {
        var access = context.GetEndpoint()?.GetAccess() ?? EndpointAccess.Open;
        return access is EndpointAccess.Open or EndpointAccess.Operators || IsAdmitted(context)
            ? next(context)
            : ProblemWriter.WriteAsync(context, Problem.TlsRequired(_needsCertificate ? NeedsCertificate : NeedsTls));
    }

    // A certificate that is there was verified by the handshake.
    bool IsAdmitted(HttpContext context) =>
        _needsCertificate
            ? context.Connection.ClientCertificate is not null
            : context.Request.IsHttps || context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);
}
