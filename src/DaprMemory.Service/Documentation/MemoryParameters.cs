using DaprMemory.Core.Memories;
using DaprMemory.Service.Memories;
using DaprMemory.Service.Requests;
using Microsoft.OpenApi;

namespace DaprMemory.Service.Documentation;

/// <summary>The parameters of operations on memories.</summary>
internal static class MemoryParameters
{
    const string IdPattern = "^[A-Za-z0-9._~:@=-]+$";

    public static OpenApiParameter Id => Parameters.InPath(MemoryRoute.Parameter, "The memory's id.", Parameters.Text(MemoryId.MaxLength, IdPattern));

    public static OpenApiParameter After => Parameters.InQuery(
        "after", "The id behind which to begin: 'next' of the page before.", Parameters.Text(MemoryId.MaxLength, IdPattern));

    public static OpenApiParameter Tag => Parameters.InQuery("tag", "Only memories with this tag.", Parameters.Text(RecordRules.MaxTagLength));

    public static OpenApiParameter AsOf => Parameters.InQuery("asOf", "Only what was valid at this time.", Time);

    public static OpenApiSchema Time => new() { Type = JsonSchemaType.String, Format = "date-time" };
}
