using DaprMemory.Core.Spaces;
using DaprMemory.Service.Documentation;
using Microsoft.OpenApi;

namespace DaprMemory.Service.Audit;

/// <summary>The parameters of the audit, as the API's description has them.</summary>
internal static class AuditParameters
{
    public static IReadOnlyList<OpenApiParameter> All =>
    [
        Parameters.InQuery("kind", "What changed spaces, or what was read. Default: writes.", new OpenApiSchema { Type = JsonSchemaType.String, Enum = [GetAudit.Writes, GetAudit.Reads] }),
        Parameters.InQuery("agent", "Only what this agent did.", Parameters.Text(128)),
        Parameters.InQuery("via", "Only what was done by this token or app, as items name it.", Parameters.Text(160)),
        Parameters.InQuery("key", "Only what is about a record of this key.", Parameters.Text(Names.MaxKeyLength)),
        Parameters.InQuery("space", "Only what is in this space.", Parameters.Text(257)),
        Parameters.InQuery("from", "Only what was done then or later.", Time()),
        Parameters.InQuery("to", "Only what was done before.", Time()),
        Parameters.InQuery("after", "Where to go on: 'next' of the page before.", Parameters.Text()),
        Parameters.Limit(GetAudit.MaxLimit, GetAudit.DefaultLimit),
    ];

    static OpenApiSchema Time() => new() { Type = JsonSchemaType.String, Format = "date-time" };
}
