using DaprMemory.Core.Sessions;
using DaprMemory.Core.Spaces;
using DaprMemory.Service.Requests;
using DaprMemory.Service.Sessions;
using DaprMemory.Service.State;
using DaprMemory.Service.Transactions;
using Microsoft.OpenApi;

namespace DaprMemory.Service.Documentation;

/// <summary>The request bodies of operations.</summary>
internal static class Bodies
{
    public static OpenApiRequestBody Value => New("The value: any JSON, at most 1 MiB.", new OpenApiSchema(), JsonAnswer.ContentType);

    public static OpenApiRequestBody Patch => New(
        "A JSON merge patch (RFC 7396), at most 1 MiB.", new OpenApiSchema(), RequestBody.MergePatch, JsonAnswer.ContentType);

    public static OpenApiRequestBody Transaction => New(
        "The changes: all take place, or none.",
        new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "changes" },
            AdditionalPropertiesAllowed = false,
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["changes"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Description = "Each key once, all values together at most 1 MiB.",
                    MinItems = 1,
                    MaxItems = TransactionReader.MaxChanges,
                    Items = Change(),
                },
            },
        },
        JsonAnswer.ContentType);

    public static OpenApiRequestBody Keys => New(
        "The keys.",
        new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "keys" },
            AdditionalPropertiesAllowed = false,
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["keys"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Description = "Each key once.",
                    MinItems = 1,
                    MaxItems = KeysReader.MaxKeys,
                    Items = Parameters.Text(Names.MaxKeyLength),
                },
            },
        },
        JsonAnswer.ContentType);

    public static OpenApiRequestBody Turns => New(
        "One turn, or several that are appended one behind the other: all or none. At most 1 MiB.",
        new OpenApiSchema
        {
            AnyOf =
            [
                Turn(),
                new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = new HashSet<string> { "turns" },
                    AdditionalPropertiesAllowed = false,
                    Properties = new Dictionary<string, IOpenApiSchema>
                    {
                        ["turns"] = new OpenApiSchema
                        {
                            Type = JsonSchemaType.Array,
                            MinItems = 1,
                            MaxItems = SessionsOptions.MaxRequestTurns,
                            Items = Turn(),
                        },
                    },
                },
            ],
        },
        JsonAnswer.ContentType);

    public static OpenApiRequestBody Remember
    {
        get
        {
            var body = New(
                "Which turns, and what their memories shall be.",
                new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    AdditionalPropertiesAllowed = false,
                    Properties = new Dictionary<string, IOpenApiSchema>
                    {
                        ["from"] = Parameters.Number(1),
                        ["to"] = Parameters.Number(1),
                        ["roles"] = List(Parameters.Text(TurnReader.MaxRoleLength), RememberRules.MaxRoles),
                        ["tags"] = List(Parameters.Text(RecordRules.MaxTagLength), RecordRules.MaxTags),
                        ["importance"] = new OpenApiSchema { Type = JsonSchemaType.Number, Minimum = "0", Maximum = "1" },
                        ["ttl"] = Parameters.Number(1, RecordRules.MaxTimeToLiveSeconds),
                    },
                },
                JsonAnswer.ContentType);
            body.Required = false;
            return body;
        }
    }

    static OpenApiSchema List(OpenApiSchema items, int most) => new() { Type = JsonSchemaType.Array, MinItems = 1, MaxItems = most, Items = items };

    static OpenApiSchema Turn() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "role" },
        AdditionalPropertiesAllowed = false,
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["role"] = Parameters.Text(TurnReader.MaxRoleLength),
            ["text"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What was said; either this or parts." },
            ["parts"] = new OpenApiSchema { Type = JsonSchemaType.Array, MinItems = 1, Items = new OpenApiSchema() },
            ["agent"] = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 128, Description = "Who said it. Default: the caller." },
            ["at"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time", Description = "When. Default: now." },
            ["metadata"] = new OpenApiSchema { Type = JsonSchemaType.Object },
        },
    };

    static OpenApiSchema Change() => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string> { "op", "key" },
        AdditionalPropertiesAllowed = false,
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["op"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["put", "patch", "delete", "check"] },
            ["key"] = Parameters.Text(Names.MaxKeyLength),
            ["value"] = new OpenApiSchema { Description = "put: the value. patch: the merge patch." },
            ["ifMatch"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "* or an ETag." },
            ["ifNoneMatch"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["*"] },
            ["ttl"] = Parameters.Number(1, RecordRules.MaxTimeToLiveSeconds),
            ["tags"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                MinItems = 1,
                MaxItems = RecordRules.MaxTags,
                Items = Parameters.Text(RecordRules.MaxTagLength),
            },
        },
    };

    public static OpenApiRequestBody New(string description, OpenApiSchema schema, params string[] contentTypes) => new()
    {
        Description = description,
        Required = true,
        Content = contentTypes.ToDictionary(type => type, _ => new OpenApiMediaType { Schema = schema }),
    };
}
