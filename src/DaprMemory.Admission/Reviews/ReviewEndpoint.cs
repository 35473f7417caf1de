using System.Text.Json;
using DaprMemory.Admission.Namespaces;
using DaprMemory.Admission.Rules;
using DaprMemory.Hosting.Problems;
using Microsoft.Extensions.Options;

namespace DaprMemory.Admission.Reviews;

/// <summary>Answers the API server's questions. What can't be answered is an error, and the webhook's failure policy decides.</summary>
internal sealed partial class ReviewEndpoint(
    IEnumerable<IAdmissionRule> rules, INamespaceTenants tenants, IOptions<AdmissionOptions> options, ILogger<ReviewEndpoint> logger)
{
    readonly Dictionary<GroupKind, IAdmissionRule> _rules = rules.ToDictionary(rule => rule.Kind);

    /// <summary>Answers one question.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        AdmissionReview? review;
        try
        {
            review = await JsonSerializer.DeserializeAsync(context.Request.Body, AdmissionJsonContext.Default.AdmissionReview, context.RequestAborted);
        }
        catch (JsonException e)
        {
            await ProblemWriter.WriteAsync(context, Problem.InvalidJson(e.Message));
            return;
        }
        if (review is not { ApiVersion: AdmissionReview.CurrentVersion, Kind: AdmissionReview.KindName, Request: { Uid.Length: > 0, Kind: not null } request })
        {
            await ProblemWriter.WriteAsync(context, Problem.Invalid(
                ProblemTypes.InvalidRequest, $"the body is an {AdmissionReview.KindName} of {AdmissionReview.CurrentVersion} with a request"));
            return;
        }
        string[] reasons;
        try
        {
            reasons = await CheckAsync(request, context.RequestAborted);
        }
        // A time-out is a cancellation too; the API server's own hanging up is not our failure.
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or OperationCanceledException
            && !context.RequestAborted.IsCancellationRequested)
        {
            LogUnknown(e, request.Namespace);
            await ProblemWriter.WriteAsync(context, Problem.Unavailable("the namespace's labels can't be had"));
            return;
        }
        if (reasons.Length > 0)
            LogDenied(request.Operation, request.Kind!.Kind, request.Namespace, request.Object?.Metadata?.Name ?? request.Name, string.Join("; ", reasons));
        await context.Response.WriteAsJsonAsync(Answer(request.Uid, reasons), AdmissionJsonContext.Default.AdmissionReview, null, context.RequestAborted);
    }

    async Task<string[]> CheckAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        // Nothing speaks against taking something away.
        if (request.Object is null || !_rules.TryGetValue(request.Kind!, out var rule))
            return [];
        var name = request.Namespace ?? "";
        var isMemory = name == options.Value.Namespace;
        // A namespace is no object in itself, whatever its question says.
        var tenant = isMemory || name.Length == 0 || rule is NamespaceRule ? null : await tenants.FindAsync(name, cancellationToken);
        return [.. rule.Check(request, new NamespaceOwner(name, isMemory, tenant))];
    }

    static AdmissionReview Answer(string uid, string[] reasons) => new(AdmissionReview.CurrentVersion, AdmissionReview.KindName, Response: new AdmissionResponse(
        uid,
        reasons.Length == 0,
        reasons.Length == 0 ? null : new ResponseStatus(StatusCodes.Status403Forbidden, "Forbidden", "daprmemory: " + string.Join("; ", reasons))));

    [LoggerMessage(1, LogLevel.Warning, "{Operation} of {Kind} {Namespace}/{Name} is denied: {Reasons}", EventName = "Denied")]
    partial void LogDenied(string? operation, string? kind, string? @namespace, string? name, string reasons);

    [LoggerMessage(2, LogLevel.Error, "Nobody can say whose namespace {Namespace} is", EventName = "TenantUnknown")]
    partial void LogUnknown(Exception exception, string? @namespace);
}
