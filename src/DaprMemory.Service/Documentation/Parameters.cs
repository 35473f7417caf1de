using DaprMemory.Core.Sessions;
using DaprMemory.Core.Spaces;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Commits;
using DaprMemory.Service.Consistency;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Sessions;
using DaprMemory.Service.Watch;
using Microsoft.OpenApi;

namespace DaprMemory.Service.Documentation;

/// <summary>The parameters of operations, each described once.</summary>
internal static class Parameters
{
    const string SpacePattern = "^[A-Za-z0-9._~-]{1,128}$";

    public static OpenApiParameter Tenant => InPath(SpaceCall.TenantParameter, "The tenant.", Text(pattern: "^[a-z0-9][a-z0-9-]{0,62}$"));

    public static OpenApiParameter Space => InPath(SpaceCall.SpaceParameter, "The space.", Text(pattern: SpacePattern));

    public static OpenApiParameter Key => InPath(
        StateKey.Parameter, "The state key: segments joined by '/', none of them empty, '.' or '..'.",
        Text(Names.MaxKeyLength, "^[A-Za-z0-9._~:@=-]+(/[A-Za-z0-9._~:@=-]+)*$"));

    public static OpenApiParameter Session => InPath(SessionName.Parameter, "The session.", Text(pattern: SpacePattern));

    public static OpenApiParameter Retention => InQuery(
        "retention", "How long the session is kept behind its last turn, in seconds. Default: the tenant's, else 30 days.",
        Number(SessionsOptions.MinRetentionSeconds, SessionsOptions.MaxRetentionSeconds));

    public static OpenApiParameter AfterSession => InQuery("after", "The session behind which to begin: 'next' of the page before.", Text(128));

    public static OpenApiParameter AfterSpace => InQuery("after", "The space behind which to begin: 'next' of the page before.", Text(257));

    public static OpenApiParameter Last => InQuery("last", "Only the newest turns, so many.", Number(1, SessionsOptions.MaxPageTurns));

    public static OpenApiParameter MaxTokens => InQuery("maxTokens", "Only the newest turns that have so many tokens together.", Number(1, int.MaxValue));

    public static OpenApiParameter Compact => InQuery(
        "compact", "Give a summary of the turns that last or maxTokens cut off.", new OpenApiSchema { Type = JsonSchemaType.Boolean });

    public static OpenApiParameter Before => InQuery("before", "Only turns with smaller numbers: 'next' of the page before.", Number(1));

    public static OpenApiParameter CommitNumber => InPath(GetCommit.Parameter, "The commit's number.", Number(1));

    public static OpenApiParameter Agent => InHeader(MemoryHeaders.Agent, "Who acts; stands in the commit as 'by'. Default: the token's agent; another one needs the scope memory:act.", Text(128));

    public static OpenApiParameter Consistency => InHeader(
        MemoryHeaders.Consistency, "The level wanted. Default: what the tenant's policy says of the record's tags, else session.",
        new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. ConsistencyHeaders.Levels] });

    public static OpenApiParameter Token => InHeader(
        MemoryHeaders.Token, "What this client has seen: the newest token received. Several are joined by commas or repeated.", Text());

    public static OpenApiParameter IdempotencyKey => InHeader(
        MemoryHeaders.IdempotencyKey, "Marks repeats: within 24 hours the same key gets the first answer.", Text(128, "^[!-~]+$"));

    public static OpenApiParameter Attempt => InHeader(
        MemoryHeaders.Attempt, "Which attempt under this key it is. From 2 on a refusal is written to the log, so that no earlier attempt takes effect behind it.",
        Number(1, int.MaxValue));

    public static OpenApiParameter IfMatch => InHeader("If-Match", "The record must exist and, unless '*', have one of these ETags.", Text());

    public static OpenApiParameter IfAbsent => InHeader("If-None-Match", "'*': the record must not exist.", Text(pattern: "^\\*$"));

    public static OpenApiParameter IfChanged => InHeader("If-None-Match", "Answer 304 if the record has one of these ETags.", Text());

    public static OpenApiParameter TimeToLive => InQuery(
        "ttl", "The record's life, in seconds.", Number(1, RecordRules.MaxTimeToLiveSeconds));

    public static OpenApiParameter Tags => InQuery(
        "tags", "1 to 16 tags of 1 to 64 characters, joined by commas.", Text(pattern: "^[A-Za-z0-9._~:-]{1,64}(,[A-Za-z0-9._~:-]{1,64}){0,15}$"));

    public static OpenApiParameter At => InQuery("at", "Look back at this version of the space.", Number(0));

    public static OpenApiParameter Prefix => InQuery("prefix", "What the keys begin with.", Text(Names.MaxKeyLength));

    public static OpenApiParameter AfterKey => InQuery("after", "The key behind which to begin: 'next' of the page before.", Text(Names.MaxKeyLength));

    public static OpenApiParameter AfterCommit => InQuery("after", "The commit behind which to begin. Default: 0.", Number(0));

    public static OpenApiParameter AfterVersion => InQuery("after", "The version behind which to begin. Default: the newest one.", Number(0));

    public static OpenApiParameter ChangedPrefix => InQuery(
        "prefix", "Only commits that change a state key that begins with this.", Text(Names.MaxKeyLength));

    public static OpenApiParameter LastEventId => InHeader(WatchSpace.LastEventId, "The id of the last event received; it wins over 'after'.", Number(0));

    public static OpenApiParameter Limit(int max, int byDefault) => InQuery("limit", $"The most items. Default: {byDefault}.", Number(1, max));

    public static OpenApiSchema Text(int? maxLength = null, string? pattern = null) =>
        new() { Type = JsonSchemaType.String, MaxLength = maxLength, Pattern = pattern };

    public static OpenApiSchema Number(long min, long? max = null) =>
        new() { Type = JsonSchemaType.Integer, Format = "int64", Minimum = $"{min}", Maximum = max is null ? null : $"{max}" };

    public static OpenApiParameter InPath(string name, string description, OpenApiSchema schema) =>
        New(ParameterLocation.Path, name, description, schema, isRequired: true);

    public static OpenApiParameter InQuery(string name, string description, OpenApiSchema schema) => New(ParameterLocation.Query, name, description, schema);

    static OpenApiParameter InHeader(string name, string description, OpenApiSchema schema) => New(ParameterLocation.Header, name, description, schema);

    static OpenApiParameter New(ParameterLocation where, string name, string description, OpenApiSchema schema, bool isRequired = false) =>
        new() { In = where, Name = name, Description = description, Schema = schema, Required = isRequired };
}
