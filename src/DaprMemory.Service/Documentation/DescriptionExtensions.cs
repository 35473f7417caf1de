using System.Globalization;
using System.Reflection;
using DaprMemory.Hosting.Requests;
using DaprMemory.Service.Requests;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace DaprMemory.Service.Documentation;

/// <summary>Describes operations in the OpenAPI document.</summary>
internal static class DescriptionExtensions
{
    // Endpoints without a method are left out of the document; which method it is does not matter, nothing is read from it.
    static readonly MethodInfo Handler = typeof(SpaceEndpoint).GetMethod(nameof(SpaceEndpoint.InvokeAsync))!;

    /// <summary>Describes an operation.</summary>
    public static void Describe(this IEndpointConventionBuilder endpoint, OperationDescription description) =>
        endpoint.WithMetadata(Handler).AddOpenApiOperationTransformer((operation, context, cancellationToken) =>
            FillAsync(operation, description, context, cancellationToken));

    static async Task FillAsync(
        OpenApiOperation operation, OperationDescription description, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.OperationId = description.Id;
        operation.Summary = description.Summary;
        operation.Tags = null;
        operation.Parameters =
        [
            Parameters.Tenant, .. description.IsOfTenant || description.IsOfSpaces ? Array.Empty<OpenApiParameter>() : [Parameters.Space],
            .. description.Parameters, Parameters.Agent,
            .. description.IsOfTenant ? Array.Empty<OpenApiParameter>() : [Parameters.Consistency, Parameters.Token],
            .. description.IsWrite ? [Parameters.IdempotencyKey, Parameters.Attempt] : Array.Empty<OpenApiParameter>(),
        ];
        operation.RequestBody = description.Body;
        operation.Responses = [];
        foreach (var answer in description.Answers)
        {
            var response = new OpenApiResponse
            {
                Description = answer.Meaning,
                Headers = answer.Headers.Concat(HeadersOf(description)).ToDictionary(name => name, IOpenApiHeader (name) => Answers.Header(name)),
            };
            if (answer.Body is not null)
                response.Content = new Dictionary<string, OpenApiMediaType>
                {
                    [answer.ContentType] = new OpenApiMediaType
                    {
                        Schema = answer.Body == typeof(object)
                            ? new OpenApiSchema()
                            : await context.GetOrCreateSchemaAsync(answer.Body, cancellationToken: cancellationToken),
                    },
                };
            operation.Responses[Text(answer.Status)] = response;
        }
        foreach (var status in description.Refusals.Concat(Answers.CommonRefusals).Order())
            operation.Responses[Text(status)] = Answers.Refusal(status);
    }

    static string[] HeadersOf(OperationDescription description) =>
        description.IsOfTenant ? [MemoryHeaders.Consistency] : description.IsOfSpaces ? Answers.HeadersOfSpaces : Answers.CommonHeaders;

    static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
