using DaprMemory.Core.Memories;
using DaprMemory.Hosting.Scatter;
using DaprMemory.Service.Memories;
using DaprMemory.Service.Requests;
using Microsoft.OpenApi;

namespace DaprMemory.Service.Documentation;

/// <summary>The request bodies of operations on memories.</summary>
internal static class MemoryBodies
{
    public static OpenApiRequestBody Memory => Bodies.New("The memory, at most 1 MiB.", MemorySchema(), JsonAnswer.ContentType);

    public static OpenApiRequestBody Batch => Bodies.New(
        "The memories: all are written, or none.",
        Object(new()
        {
            ["memories"] = List(MemorySchema(("op", new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = ["add", "put"],
                Description = "add (default): one that is there stays. put: it is replaced.",
            })), 1, AddMemories.MaxMemories),
        }, "memories"),
        JsonAnswer.ContentType);

    public static OpenApiRequestBody Search => Bodies.New("What to find.", Object(SearchMembers(), "query"), JsonAnswer.ContentType);

    public static OpenApiRequestBody SearchOfSpaces
    {
        get
        {
            var members = SearchMembers();
            members["spaces"] = List(Parameters.Text(), 1, ScatterLimits.MaxSpaces);
            members["timeoutMs"] = Parameters.Number(ScatterLimits.MinTimeoutMs, ScatterLimits.MaxTimeoutMs);
            return Bodies.New("What to find, and where.", Object(members, "query", "spaces"), JsonAnswer.ContentType);
        }
    }

    static Dictionary<string, IOpenApiSchema> SearchMembers() => new()
    {
        ["query"] = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = SearchRequest.MaxQueryLength, Description = "A question, or words." },
        ["mode"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. SearchRequest.Modes], Description = "By what to find. Default: hybrid." },
        ["limit"] = Parameters.Number(1, SearchRequest.MaxLimit),
        ["minScore"] = Share(),
        ["maxTokens"] = Parameters.Number(1),
        ["context"] = Parameters.Number(0, SearchRequest.MaxReach),
        ["filter"] = Object(new()
        {
            ["tags"] = List(Parameters.Text(RecordRules.MaxTagLength), 1, RecordRules.MaxTags),
            ["agents"] = List(Parameters.Text(MemoryRules.MaxAgentLength), 1, SearchRequest.MaxAgents),
            ["session"] = Parameters.Text(),
            ["from"] = Time("Said then or later."),
            ["to"] = Time("Said before then."),
            ["minImportance"] = Share(),
            ["asOf"] = Time("Valid then. Default: now."),
            ["includeInvalid"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "Whenever they were valid." },
        }),
    };

    static OpenApiSchema List(OpenApiSchema items, int min, int max) =>
        new() { Type = JsonSchemaType.Array, MinItems = min, MaxItems = max, Items = items };

    static OpenApiSchema Object(Dictionary<string, IOpenApiSchema> members, params string[] required) => new()
    {
        Type = JsonSchemaType.Object,
        Required = required.ToHashSet(),
        AdditionalPropertiesAllowed = false,
        Properties = members,
    };

    static OpenApiSchema MemorySchema(params (string Name, OpenApiSchema Schema)[] more)
    {
        var members = new Dictionary<string, IOpenApiSchema>
        {
            ["id"] = Id("Its id. Default: a hash of the text, and of the source."),
            ["text"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What is remembered, at most 64 KiB." },
            ["agent"] = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = MemoryRules.MaxAgentLength, Description = "Who said it. Default: the caller." },
            ["at"] = Time("When it was said. Default: now."),
            ["tags"] = List(Parameters.Text(RecordRules.MaxTagLength), 1, RecordRules.MaxTags),
            ["importance"] = Share(),
            ["source"] = Object(new() { ["session"] = Parameters.Text(), ["turn"] = Parameters.Number(1) }, "session"),
            ["validFrom"] = Time("When it began to be true."),
            ["validTo"] = Time("When it ceased to be true."),
            ["links"] = List(
                Object(
                    new()
                    {
                        ["to"] = Id("The other memory, which need not exist."),
                        ["type"] = Parameters.Text(RecordRules.MaxTagLength),
                        ["score"] = Share(),
                    },
                    "to", "type"),
                0, MemoryRules.MaxLinks),
            ["supersedes"] = Id("The memory whose validity it ends."),
            ["supersededBy"] = Id("The memory that ended its validity."),
            ["ttl"] = Parameters.Number(1, RecordRules.MaxTimeToLiveSeconds),
            ["metadata"] = new OpenApiSchema { Description = "Any JSON." },
        };
        foreach (var (name, schema) in more)
            members[name] = schema;
        return Object(members, "text");
    }

    static OpenApiSchema Share() => new() { Type = JsonSchemaType.Number, Minimum = "0", Maximum = "1" };

    static OpenApiSchema Id(string description) => new() { Type = JsonSchemaType.String, MaxLength = MemoryId.MaxLength, Description = description };

    static OpenApiSchema Time(string description) => new() { Type = JsonSchemaType.String, Format = "date-time", Description = description };
}
