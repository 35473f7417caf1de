using DaprMemory.Core.Spaces;
using DaprMemory.Service.Requests;
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
