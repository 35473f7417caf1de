using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Problems;
using DaprMemory.Hosting.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace DaprMemory.Hosting.Identity;

/// <summary>Finds out who makes a request, and turns away whom the endpoint is not for. It comes behind routing: the endpoint says whom it is for.</summary>
internal sealed partial class CallerMiddleware
{
    const string Scheme = "Bearer";

    static readonly Caller Anyone = Caller.Anonymous with { Scopes = MemoryScopes.Admin };

    readonly RequestDelegate _next;
    readonly TokenVerifier _verifier;
    readonly AppIdentities _apps;
    readonly bool _isRequired;
    readonly bool _isOpenToOperators;

    public CallerMiddleware(
        RequestDelegate next, TokenVerifier verifier, AppIdentities apps, IOptions<IdentityOptions> options, ILogger<CallerMiddleware> logger)
    {
        (_next, _verifier, _apps) = (next, verifier, apps);
        _isRequired = options.Value.Mode == IdentityMode.Required;
        _isOpenToOperators = options.Value.OperatorPages == OperatorPages.Everyone;
        if (!_isRequired)
            LogInsecure(logger);
    }

    public Task InvokeAsync(HttpContext context)
    {
        if (!_isRequired)
            return ContinueAsync(context, Anyone);
        // Without an endpoint the answer is 404 for everyone.
        var access = context.GetEndpoint()?.GetAccess() ?? EndpointAccess.Open;
        if (access is EndpointAccess.Open or EndpointAccess.Operators)
        {
            context.Features.Set(Caller.Anonymous);
            return access == EndpointAccess.Open || IsOperator(context.Request) ? _next(context) : ProblemWriter.WriteAsync(context, Problem.NotFound("no such path"));
        }
        var authorization = context.Request.Headers.Authorization;
        if (authorization.Count == 0)
            return _apps.Find(context.Request) is { } app ? AdmitAsync(context, app, access) : ChallengeAsync(context, "the request has no token", isError: false);
        if (ReadToken(authorization) is not { } token)
            return ChallengeAsync(context, "Authorization is 'Bearer' and a token", isError: true);
        var verifying = _verifier.VerifyAsync(token, context.RequestAborted);
        return verifying.IsCompletedSuccessfully ? AnswerAsync(context, verifying.Result, access) : AwaitAsync(context, verifying, access);
    }

    async Task AwaitAsync(HttpContext context, ValueTask<TokenOutcome> verifying, EndpointAccess access) =>
        await AnswerAsync(context, await verifying, access);

    Task AnswerAsync(HttpContext context, TokenOutcome outcome, EndpointAccess access) => outcome switch
    {
        TokenOutcome.Verified verified => AdmitAsync(context, verified.Caller, access),
        TokenOutcome.Refused refused => ChallengeAsync(context, refused.Reason, isError: true),
        _ => ProblemWriter.WriteAsync(context, Problem.Unavailable("the keys of the issuer can't be had", "none")),
    };

    Task AdmitAsync(HttpContext context, Caller caller, EndpointAccess access)
    {
        // Before anything else is said: of another tenant there is nothing to be learned, not even whether it exists.
        if (caller.Tenant is null || context.GetTenant() != caller.Tenant)
            return ProblemWriter.WriteAsync(context, Problem.NotFound("no such record"));
        var (needed, name) = access switch
        {
            EndpointAccess.Tenant => (MemoryScopes.None, ""),
            EndpointAccess.Read => (MemoryScopes.Read, ScopeNames.Read),
            EndpointAccess.Write => (MemoryScopes.Write, ScopeNames.Write),
            _ => (MemoryScopes.Admin, ScopeNames.Admin),
        };
        if ((caller.Scopes & needed) == needed)
            return ContinueAsync(context, caller);
        context.Response.Headers.WWWAuthenticate = $"{Scheme} error=\"insufficient_scope\", scope=\"{name}\"";
        return ProblemWriter.WriteAsync(context, Problem.InsufficientScope(name));
    }

    /// <summary>Goes on as the caller, or as the agent for which it acts.</summary>
    Task ContinueAsync(HttpContext context, Caller caller)
    {
        if (context.Request.Headers.TryGetValue(MemoryHeaders.Agent, out var agents) && !(agents is [{ } one] && one == caller.Agent))
        {
            var rule = agents.Count != 1 ? "a request names one agent"
                : Names.CheckAgent(agents[0]) is { } broken ? broken
                : caller.Scopes.HasFlag(MemoryScopes.Act) ? null
                : $"another agent than the token's is named only with the scope {ScopeNames.Act}";
            if (rule is not null)
                return ProblemWriter.WriteAsync(context, Problem.Invalid(ProblemTypes.InvalidHeader, rule, MemoryHeaders.Agent));
            caller = caller with { Agent = agents[0]! };
        }
        context.Features.Set(caller);
        return _next(context);
    }

    bool IsOperator(HttpRequest request) => _isOpenToOperators || request.IsLocal();

    /// <summary>Refuses a request that does not show who makes it (RFC 6750, section 3).</summary>
    static Task ChallengeAsync(HttpContext context, string reason, bool isError)
    {
        context.Response.Headers.WWWAuthenticate = isError ? $"{Scheme} error=\"invalid_token\", error_description=\"{reason}\"" : Scheme;
        return ProblemWriter.WriteAsync(context, Problem.Unauthenticated(reason));
    }

    static ReadOnlyMemory<char>? ReadToken(StringValues authorization) =>
        authorization is [{ } text] && text.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase) ? text.AsMemory(Scheme.Length + 1).Trim() : null;

    [LoggerMessage(1, LogLevel.Warning, "Identity:Mode is Insecure: whoever reaches this service may do everything, under any name", EventName = "Insecure")]
    static partial void LogInsecure(ILogger logger);
}
