using DaprMemory.Hosting.Identity;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace DaprMemory.Service.Documentation;

/// <summary>Says in the OpenAPI document how callers show who they are.</summary>
internal sealed class BearerScheme : IOpenApiDocumentTransformer
{
    const string Name = "bearer";

    /// <inheritdoc />
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.AddComponent<IOpenApiSecurityScheme>(Name, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = Name,
            BearerFormat = "JWT",
            Description = $"A token whose claim 'tenant' is the tenant in the path, with the scope {ScopeNames.Read}, {ScopeNames.Write} or {ScopeNames.Admin}.",
        });
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Name, document)] = [] }];
        return Task.CompletedTask;
    }
}
